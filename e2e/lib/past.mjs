// A past that was had elsewhere: what Amazon Connect would have left of it, and its import.

import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DescribeContactCommand, DescribeQueueCommand, GetContactAttributesCommand, SearchContactsCommand } from '@aws-sdk/client-connect';
import { binary } from './perch.mjs';
import { eventually } from './wait.mjs';

/** `perch import`, whose report it resolves with; what was refused is in there. */
export async function importInto(dataDir, from, more = []) {
  const report = join(await mkdtemp(join(tmpdir(), 'perch-report-')), 'report.json');
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PERCH_')));
  await promisify(execFile)(binary, ['import', from, '--data', dataDir, '--report', report, ...more], { env })
    .catch((error) => { if (!/were refused/.test(error.stderr)) throw error; });
  return JSON.parse(await readFile(report, 'utf8'));
}

/** Puts the transcripts of all ended chats of a server, and contact records as a stream would have them, into a directory. */
export async function collect(perch, to) {
  const { InstanceId, DataDir } = perch.info;
  const day = 86_400_000;
  const { Contacts } = await perch.connect.send(new SearchContactsCommand({ InstanceId, MaxResults: 100,
    TimeRange: { Type: 'INITIATION_TIMESTAMP', StartTime: new Date(Date.now() - day), EndTime: new Date(Date.now() + day) } }));
  const records = [];
  for (const { Id } of Contacts) {
    const contact = await eventually(async () => {
      const { Contact } = await perch.connect.send(new DescribeContactCommand({ InstanceId, ContactId: Id }));
      return Contact.DisconnectTimestamp && Contact.Recordings?.length > 0 && Contact;
    }, `contact ${Id} has ended and left its transcript`);
    records.push(JSON.stringify(await recordOf(perch, contact)));
  }
  await mkdir(join(to, 'records'), { recursive: true });
  await writeFile(join(to, 'records', 'stream-1'), records.join('\n'));
  await cp(join(DataDir, 'files', 'connect'), join(to, 'connect'), { recursive: true });
}

const seconds = (at) => at && `${new Date(at).toISOString().slice(0, 19)}Z`; // which is all that records have

async function recordOf(perch, contact) {
  const { InstanceId } = perch.info;
  const arn = (kind, id) => `arn:aws:connect:us-east-1:000000000000:instance/${InstanceId}/${kind}/${id}`;
  const { Attributes } = await perch.connect.send(new GetContactAttributesCommand({ InstanceId, InitialContactId: contact.InitialContactId ?? contact.Id }));
  const agent = perch.signedIn?.find(({ user }) => user.Id === contact.AgentInfo?.Id)?.user;
  const queue = contact.QueueInfo && (await perch.connect.send(new DescribeQueueCommand({ InstanceId, QueueId: contact.QueueInfo.Id })).catch(() => ({}))).Queue;
  return {
    AWSContactTraceRecordFormatVersion: '2017-03-10', ContactId: contact.Id, InitialContactId: contact.InitialContactId ?? null, PreviousContactId: contact.PreviousContactId ?? null,
    RelatedContactId: contact.RelatedContactId ?? null, Channel: 'CHAT', InitiationMethod: contact.InitiationMethod, DisconnectReason: contact.DisconnectReason ?? null,
    CustomerId: contact.CustomerId ?? null, Attributes: Attributes ?? {},
    InitiationTimestamp: seconds(contact.InitiationTimestamp), DisconnectTimestamp: seconds(contact.DisconnectTimestamp), LastUpdateTimestamp: seconds(contact.LastUpdateTimestamp),
    Agent: agent ? { ARN: arn('agent', agent.Id), Username: agent.Username, ConnectedToAgentTimestamp: seconds(contact.AgentInfo.ConnectedToAgentTimestamp) } : null,
    Queue: contact.QueueInfo ? { ARN: arn('queue', contact.QueueInfo.Id), Name: queue?.Name ?? null, EnqueueTimestamp: seconds(contact.QueueInfo.EnqueueTimestamp) } : null,
    Recordings: contact.Recordings.map(({ Location }) => ({ StorageType: 'S3', MediaStreamType: 'CHAT', Location })),
  };
}
