// Transcript files in a real bucket, read by boto3 as programs read those of Amazon Connect.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { AssociateInstanceStorageConfigCommand, DisassociateInstanceStorageConfigCommand, ListInstanceStorageConfigsCommand } from '@aws-sdk/client-connect';
import { noBoto3, run } from './lib/boto3.mjs';
import { describe, leave, open } from './lib/chat.mjs';
import { startPerch } from './lib/perch.mjs';
import { noS3, startS3 } from './lib/s3.mjs';
import { eventually } from './lib/wait.mjs';

test('boto3 reads the transcripts of ended chats out of the bucket', { skip: noBoto3 || noS3, timeout: 120_000 }, async (t) => {
  const s3 = await startS3();
  t.after(() => s3.stop());
  const perch = await startPerch({ more: ['--bucket', `files=${s3.place}`] });
  t.after(() => perch.stop());
  const { InstanceId } = perch.info;
  const ResourceType = 'CHAT_TRANSCRIPTS';
  const { StorageConfigs: [own] } = await perch.connect.send(new ListInstanceStorageConfigsCommand({ InstanceId, ResourceType }));
  await perch.connect.send(new DisassociateInstanceStorageConfigCommand({ InstanceId, ResourceType, AssociationId: own.AssociationId }));
  await perch.connect.send(new AssociateInstanceStorageConfigCommand({ InstanceId, ResourceType, StorageConfig: { StorageType: 'S3', S3Config: { BucketName: 'files', BucketPrefix: 'connect/acme' } } }));

  const contacts = [];
  for (const text of ['first', 'second', 'third']) {
    const { customer, contactId } = await open(perch);
    await customer.say(text);
    await leave(customer);
    contacts.push(contactId);
  }
  for (const id of contacts) await eventually(async () => (await describe(perch, id)).Recordings?.length === 1, 'its file is written');
  const S3 = { Endpoint: `http://${s3.host}`, Key: 'perch', Secret: 'perch-secret', Bucket: 'files', Prefix: 'connect/acme/' };
  const read = JSON.parse(await run(perch, 'python3', [fileURLToPath(new URL('boto3_files.py', import.meta.url))], JSON.stringify({ ...perch.info, Contacts: contacts, S3 })));
  read.contacts.forEach(({ Key, ContentType, File }, n) => {
    assert.match(Key, new RegExp(`^connect/acme/\\d{4}/\\d{2}/\\d{2}/${contacts[n]}_.*\\.json$`));
    assert.equal(ContentType, 'application/json');
    assert.deepEqual([File.ContactId, File.Transcript.find(({ Content }) => Content)?.ParticipantRole !== undefined], [contacts[n], true]);
  });
  assert.deepEqual(read.day.map(({ Says }) => Says.join()).sort(), ['first', 'second', 'third']);
  assert.deepEqual(new Set(read.day.map(({ ContactId }) => ContactId)), new Set(contacts));
});
