// Where an instance's transcript files go, with the stock SDK; and a file as a program that reads Amazon's buckets would.

import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  AssociateInstanceStorageConfigCommand, DescribeContactCommand, DescribeInstanceStorageConfigCommand, DisassociateInstanceStorageConfigCommand,
  ListInstanceStorageConfigsCommand, StartChatContactCommand, StopContactCommand, UpdateInstanceStorageConfigCommand,
} from '@aws-sdk/client-connect';
import { Participant } from './lib/participant.mjs';
import { startPerch } from './lib/perch.mjs';
import { eventually } from './lib/wait.mjs';

const ResourceType = 'CHAT_TRANSCRIPTS';
let perch;
let dir;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'perch-files-'));
  perch = await startPerch({ more: ['--files', join(dir, 'own'), '--bucket', `acme=${join(dir, 'acme')}`] });
});
after(async () => {
  await perch?.stop();
  await rm(dir, { recursive: true, force: true });
});

const send = (Command, more) => perch.connect.send(new Command({ InstanceId: perch.info.InstanceId, ...more }));
const inBucket = (BucketName, BucketPrefix, KeyId) => ({ StorageType: 'S3', S3Config: { BucketName, BucketPrefix,
  ...(KeyId && { EncryptionConfig: { EncryptionType: 'KMS', KeyId } }) } });
const refused = (promise, name, about) => assert.rejects(promise, (error) => {
  assert.equal(error.name, name, error.message);
  assert.match(error.message, about);
  return true;
});

/** A chat that says something and ends; resolves with its contact as it is described once its file is written. */
async function past(text) {
  const started = await send(StartChatContactCommand, { ContactFlowId: perch.info.ContactFlowId, ParticipantDetails: { DisplayName: 'Ada' } });
  const customer = await Participant.join(perch, started);
  await customer.say(text);
  await send(StopContactCommand, { ContactId: started.ContactId });
  return eventually(async () => {
    const { Contact } = await send(DescribeContactCommand, { ContactId: started.ContactId });
    return Contact.Recordings?.length > 0 && Contact;
  }, 'the file is written');
}

test('a contact leaves its transcript in the place for files', async () => {
  const contact = await past('for the record');
  const { Location, Status, StorageType } = contact.Recordings[0];
  assert.deepEqual([StorageType, Status], ['S3', 'AVAILABLE']);
  const file = JSON.parse(await readFile(join(dir, 'own', ...Location.split('/').slice(1)), 'utf8'));
  assert.deepEqual(Object.keys(file), ['Version', 'AWSAccountId', 'InstanceId', 'InitialContactId', 'ContactId', 'Participants', 'Transcript']);
  assert.deepEqual([file.Version, file.InstanceId, file.InitialContactId, file.ContactId], ['2019-08-26', perch.info.InstanceId, contact.Id, contact.Id]);
  const said = file.Transcript.find((item) => item.Content === 'for the record');
  assert.deepEqual(Object.keys(said), ['AbsoluteTime', 'Content', 'ContentType', 'Id', 'Type', 'ParticipantId', 'DisplayName', 'ParticipantRole']);
  assert.ok(file.Participants.some(({ ParticipantId }) => ParticipantId === said.ParticipantId));
  assert.match(file.Transcript.at(-1).ContentType, /chat\.ended$/);
});

test('an instance says where its files go', async () => {
  const list = async () => (await send(ListInstanceStorageConfigsCommand, { ResourceType })).StorageConfigs;
  const [own] = await list();
  assert.deepEqual([own.StorageType, own.S3Config.BucketName], ['S3', 'perch']);
  await refused(send(AssociateInstanceStorageConfigCommand, { ResourceType, StorageConfig: inBucket('unknown', 'p') }), 'InvalidRequestException', /--bucket/);
  await refused(send(AssociateInstanceStorageConfigCommand, { ResourceType: 'CALL_RECORDINGS', StorageConfig: inBucket('acme', 'p') }), 'InvalidRequestException', /CHAT_TRANSCRIPTS/);
  await refused(send(AssociateInstanceStorageConfigCommand, { ResourceType, StorageConfig: { StorageType: 'KINESIS_STREAM' } }), 'InvalidRequestException', /S3/);
  assert.deepEqual((await send(ListInstanceStorageConfigsCommand, { ResourceType: 'CALL_RECORDINGS' })).StorageConfigs, []);

  const { AssociationId } = await send(AssociateInstanceStorageConfigCommand, { ResourceType, StorageConfig: inBucket('acme', 'connect/a', 'arn:aws:kms:us-east-1:000000000000:key/k') });
  const describe = () => send(DescribeInstanceStorageConfigCommand, { AssociationId, ResourceType });
  assert.deepEqual((await describe()).StorageConfig, { AssociationId, ...inBucket('acme', 'connect/a', 'arn:aws:kms:us-east-1:000000000000:key/k') });
  await refused(send(AssociateInstanceStorageConfigCommand, { ResourceType, StorageConfig: inBucket('acme', 'elsewhere') }), 'ResourceConflictException', /update/);
  await send(UpdateInstanceStorageConfigCommand, { AssociationId, ResourceType, StorageConfig: inBucket('acme', 'connect/b') });
  const { Recordings: [{ Location }] } = await past('into the bucket of the instance');
  assert.match(Location, /^acme\/connect\/b\/\d{4}\/\d\d\/\d\d\//);
  assert.equal((await readdir(join(dir, 'acme', 'connect'))).join(), 'b');

  await send(DisassociateInstanceStorageConfigCommand, { AssociationId, ResourceType });
  await refused(describe(), 'ResourceNotFoundException', /association/);
  assert.deepEqual(await list(), []);
  await refused(send(DescribeInstanceStorageConfigCommand, { AssociationId: 'x', ResourceType }), 'ResourceNotFoundException', /association/);
});
