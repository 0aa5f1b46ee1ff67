// Files as Amazon Connect has left them, imported beside the running server, and read with the stock SDKs.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DescribeContactCommand, ListAssociatedContactsCommand, SearchContactsCommand } from '@aws-sdk/client-connect';
import { GetAttachmentCommand } from '@aws-sdk/client-connectparticipant';
import { continuing, open } from './lib/chat.mjs';
import { oldestFirst } from './lib/pages.mjs';
import { importInto } from './lib/past.mjs';
import { startPerch } from './lib/perch.mjs';

const id = (kind, n) => `${String(n).padStart(8, '0')}-0000-4000-8000-00000000000${kind}`;
const [C1, C2] = [id('c', 1), id('c', 2)];
const event = 'application/vnd.amazonaws.connect.event.';
const at = (second) => `2025-03-04T05:06:${String(second).padStart(2, '0')}.250Z`;
const ada = { ParticipantId: id('a', 1), DisplayName: 'Ada', ParticipantRole: 'CUSTOMER' };
const bob = { ParticipantId: id('b', 1), DisplayName: 'Bob', ParticipantRole: 'AGENT' };

const items = {
  [C1]: [
    { AbsoluteTime: at(1), ContentType: `${event}participant.joined`, Id: id('d', 1), Type: 'EVENT', ...ada },
    { AbsoluteTime: at(2), Content: 'where is my order?', ContentType: 'text/plain', Id: id('d', 2), Type: 'MESSAGE', ...ada },
    { AbsoluteTime: at(3), Id: id('d', 3), Type: 'ATTACHMENT', ...ada,
      Attachments: [{ ContentType: 'text/plain', AttachmentId: id('f', 1), AttachmentName: 'order.txt', Status: 'APPROVED' }] },
    { AbsoluteTime: at(4), Id: id('d', 4), Type: 'ATTACHMENT', ...ada,
      Attachments: [{ ContentType: 'text/plain', AttachmentId: id('f', 2), AttachmentName: 'lost.txt', Status: 'APPROVED' }] },
  ],
  [C2]: [
    { AbsoluteTime: at(6), ContentType: `${event}participant.joined`, Id: id('d', 6), Type: 'EVENT', ...bob },
    { AbsoluteTime: at(7), Content: 'it is on its way', ContentType: 'text/plain', Id: id('d', 7), Type: 'MESSAGE', ...bob },
    { AbsoluteTime: at(8), ContentType: `${event}participant.left`, Id: id('d', 8), Type: 'EVENT', ...bob },
    { AbsoluteTime: at(8), ContentType: `${event}chat.ended`, Id: id('d', 9), Type: 'EVENT' },
  ],
};

let dir;
let perch;
before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'perch-left-'));
  perch = await startPerch();
  const day = join(dir, 'ChatTranscripts', '2025', '03', '04');
  await mkdir(day, { recursive: true });
  for (const [ContactId, Transcript] of Object.entries(items)) {
    await writeFile(join(day, `${ContactId}_20250304T05:06_UTC.json`), JSON.stringify({ Version: '2019-08-26', AWSAccountId: '111122223333',
      InstanceId: id('e', 1), InitialContactId: C1, ContactId, Participants: [], Transcript }));
  }
  await writeFile(join(dir, `${id('f', 1)}_20250304T05:06_UTC.txt`), 'number 7');
  await writeFile(join(dir, 'stream'), JSON.stringify({ AWSContactTraceRecordFormatVersion: '2017-03-10', ContactId: C2, InitialContactId: C1, PreviousContactId: C1,
    Channel: 'CHAT', InitiationMethod: 'TRANSFER', InitiationTimestamp: '2025-03-04T05:06:05Z', DisconnectTimestamp: '2025-03-04T05:06:09Z', DisconnectReason: 'AGENT_DISCONNECT',
    LastUpdateTimestamp: '2025-03-04T05:07:00Z', CustomerId: 'ada-1', Attributes: { tier: 'gold' }, Agent: { ARN: 'arn:x/agent/y', Username: perch.info.Agents[0].Username } }));
  await writeFile(join(dir, 'broken.json'), '{"Version":"2019-08-26","Transcript":[');
});
after(async () => {
  await perch?.stop();
  await rm(dir, { recursive: true, force: true });
});

const send = (Command, more) => perch.connect.send(new Command({ InstanceId: perch.info.InstanceId, ...more }));

test('a past of Amazon Connect comes back in a new chat, with its ids, times and files', { timeout: 60_000 }, async () => {
  const first = await importInto(perch.info.DataDir, dir);
  assert.deepEqual([first.Imported, first.Attachments, first.Refused.length, first.Noted.length], [1, 1, 1, 1]);
  assert.match(first.Refused[0].Reason, /no JSON/);
  const again = await importInto(perch.info.DataDir, dir);
  assert.deepEqual([again.Imported, again.Unchanged], [0, 1]);

  const opened = await open(perch, continuing(C1, 'ENTIRE_PAST_SESSION'));
  assert.equal(opened.started.ContinuedFromContactId, C2);
  const pages = await opened.customer.pages({ MaxResults: 3, ScanDirection: 'BACKWARD', SortOrder: 'ASCENDING' });
  const past = oldestFirst(pages).filter((item) => item.RelatedContactId);
  const shown = Object.entries(items).flatMap(([RelatedContactId, all]) => all.map((item) => ({ ...item, RelatedContactId })));
  shown[3] = { ...shown[3], Attachments: [{ ...shown[3].Attachments[0], Status: 'REJECTED' }] }; // the file that is not beside
  assert.deepEqual(past.map((item) => JSON.parse(JSON.stringify(item))), shown);
  const { Transcript } = await opened.customer.page({ StartPosition: { Id: id('d', 3) }, ScanDirection: 'FORWARD', SortOrder: 'ASCENDING', MaxResults: 3 });
  assert.deepEqual(Transcript.map(({ Id }) => Id), [id('d', 3), id('d', 4), id('d', 6)]);

  const { ConnectionToken } = opened.customer.bearer;
  const { Url } = await perch.participant.send(new GetAttachmentCommand({ ConnectionToken, AttachmentId: id('f', 1) }));
  assert.equal(await (await fetch(Url)).text(), 'number 7');
  await assert.rejects(perch.participant.send(new GetAttachmentCommand({ ConnectionToken, AttachmentId: id('f', 2) })), { name: 'ValidationException' });
});

test('imported contacts are described, listed and found as others are', async () => {
  const [agent] = await perch.agents();
  const { Contact } = await send(DescribeContactCommand, { ContactId: C2 });
  assert.deepEqual([Contact.InitialContactId, Contact.PreviousContactId, Contact.InitiationMethod, Contact.DisconnectReason, Contact.CustomerId, Contact.AgentInfo.Id],
    [C1, C1, 'TRANSFER', 'AGENT_DISCONNECT', 'ada-1', agent.user.Id]);
  assert.equal(Contact.InitiationTimestamp.toISOString(), '2025-03-04T05:06:05.000Z');
  const { ContactSummaryList } = await send(ListAssociatedContactsCommand, { ContactId: C2 });
  assert.deepEqual(ContactSummaryList.map(({ ContactId }) => ContactId), [C1, C2]);
  const found = await send(SearchContactsCommand, { SearchCriteria: { AgentIds: [agent.user.Id] },
    TimeRange: { Type: 'INITIATION_TIMESTAMP', StartTime: new Date('2025-03-01'), EndTime: new Date('2025-03-31') } });
  assert.deepEqual(found.Contacts.map(({ Id }) => Id), [C2]);
});
