// Files in a chat: by both stock SDKs, and by ChatJS; looked through by a scanner that is a server of its own.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  BatchGetAttachedFileMetadataCommand, CompleteAttachedFileUploadCommand, DeleteAttachedFileCommand, DescribeAttachedFilesConfigurationCommand, DescribeContactCommand,
  GetAttachedFileCommand, StartAttachedFileUploadCommand, StartChatContactCommand, StopContactCommand, UpdateAttachedFilesConfigurationCommand,
} from '@aws-sdk/client-connect';
import { CompleteAttachmentUploadCommand, GetAttachmentCommand, StartAttachmentUploadCommand } from '@aws-sdk/client-connectparticipant';
import { openPage, Session } from './lib/chatjs.mjs';
import { Participant } from './lib/participant.mjs';
import { startPerch } from './lib/perch.mjs';
import { startByPage } from './lib/start-endpoint.mjs';

let perch;
let dir;
let scanner;
const scanned = [];

/** Reads the file as it is told to, and says what it thinks of it. */
async function scan(request, response) {
  let text = '';
  for await (const chunk of request) text += chunk;
  const { InstanceId, File } = JSON.parse(text);
  const body = await (await fetch(File.FileLocation.Url)).text();
  scanned.push({ InstanceId, File, body });
  response.end(JSON.stringify({ Status: body.includes('virus') ? 'REJECTED' : 'APPROVED' }));
}

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'perch-attachments-'));
  scanner = createServer(scan).listen(0, '127.0.0.1');
  await once(scanner, 'listening');
  const at = `127.0.0.1:${scanner.address().port}`;
  await writeFile(join(dir, 'functions.json'), JSON.stringify({ Scanners: [{ Url: `http://${at}/scan` }], Allowed: [at] }));
  perch = await startPerch({ more: ['--functions', join(dir, 'functions.json')] });
});
after(async () => {
  await perch?.stop();
  scanner?.close();
  await rm(dir, { recursive: true, force: true });
});

const send = (Command, more) => perch.connect.send(new Command({ InstanceId: perch.info.InstanceId, ...more }));
const refused = (promise, name, about) => assert.rejects(promise, (error) => {
  assert.equal(error.name, name, error.message);
  assert.match(error.message, about);
  return true;
});
const shows = (id, status) => (item) => item.Type === 'ATTACHMENT' && item.Attachments[0].AttachmentId === id && item.Attachments[0].Status === status;

async function arrive(more) {
  const started = await send(StartChatContactCommand, { ContactFlowId: perch.info.ContactFlowId, ParticipantDetails: { DisplayName: 'Ada' }, ...more });
  return Participant.join(perch, started);
}

const asked = (who, Command, more) => perch.participant.send(new Command({ ...who.bearer, ...more }));

async function upload({ Url, HeadersToInclude }, body) {
  const response = await fetch(Url, { method: 'PUT', headers: HeadersToInclude, body });
  return response.status;
}

async function attach(who, AttachmentName, ContentType, body) {
  const { AttachmentId, UploadMetadata } = await asked(who, StartAttachmentUploadCommand, { AttachmentName, ContentType, AttachmentSizeInBytes: Buffer.byteLength(body) });
  assert.equal(await upload(UploadMetadata, body), 200);
  assert.equal(await upload(UploadMetadata, body), 409, 'an upload URL is good for once');
  await asked(who, CompleteAttachmentUploadCommand, { AttachmentIds: [AttachmentId] });
  return AttachmentId;
}

test('an attachment is uploaded, scanned, shown and read, also in the chat that continues', async () => {
  const customer = await arrive();
  const id = await attach(customer, 'Überblick.pdf', 'application/pdf', '%PDF-fine');
  const first = await customer.sees(shows(id, 'IN_PROGRESS'), 'the attachment is shown');
  const then = await customer.sees(shows(id, 'APPROVED'), 'it is approved');
  assert.deepEqual([then.Id, then.AbsoluteTime, then.ParticipantRole], [first.Id, first.AbsoluteTime, 'CUSTOMER']);
  assert.deepEqual(then.Attachments, [{ ContentType: 'application/pdf', AttachmentId: id, AttachmentName: 'Überblick.pdf', Status: 'APPROVED' }]);
  const [told] = scanned;
  assert.deepEqual([told.InstanceId, told.File.FileId, told.File.FileName, told.File.FileSizeInBytes, told.body],
    [perch.info.InstanceId, id, 'Überblick.pdf', 9, '%PDF-fine']);

  const { Url, UrlExpiry, AttachmentSizeInBytes } = await asked(customer, GetAttachmentCommand, { AttachmentId: id, UrlExpiryInSeconds: 60 });
  assert.equal(AttachmentSizeInBytes, 9);
  assert.ok(Date.parse(UrlExpiry) > Date.now());
  const response = await fetch(Url);
  assert.equal(await response.text(), '%PDF-fine');
  assert.deepEqual(['content-type', 'x-content-type-options', 'access-control-allow-origin'].map((name) => response.headers.get(name)), ['application/pdf', 'nosniff', '*']);
  assert.match(response.headers.get('content-disposition'), /^attachment;/);

  const bad = await attach(customer, 'bad.txt', 'text/plain', 'a virus');
  await customer.sees(shows(bad, 'REJECTED'), 'it is rejected');
  await refused(asked(customer, GetAttachmentCommand, { AttachmentId: bad }), 'ValidationException', /not approved/);
  const { Transcript } = await customer.page({ MaxResults: 100 });
  assert.equal(Transcript.filter(({ Type }) => Type === 'ATTACHMENT').length, 2);
  assert.ok(Transcript.some(shows(id, 'APPROVED')) && Transcript.some(shows(bad, 'REJECTED')));

  await send(StopContactCommand, { ContactId: customer.contactId });
  const next = await arrive({ PersistentChat: { RehydrationType: 'ENTIRE_PAST_SESSION', SourceContactId: customer.contactId } });
  const again = await asked(next, GetAttachmentCommand, { AttachmentId: id });
  assert.equal(await (await fetch(again.Url)).text(), '%PDF-fine');
  const stranger = await arrive();
  await refused(asked(stranger, GetAttachmentCommand, { AttachmentId: id }), 'ValidationException', /no such attachment/);
});

test('what may not be attached is refused, and an instance says what may', async () => {
  const customer = await arrive();
  const start = (AttachmentName, ContentType, AttachmentSizeInBytes) => asked(customer, StartAttachmentUploadCommand, { AttachmentName, ContentType, AttachmentSizeInBytes });
  await refused(start('a.exe', 'text/plain', 1), 'ValidationException', /AttachmentName.*\.pdf/);
  await refused(start('../a.txt', 'text/plain', 1), 'ValidationException', /AttachmentName/);
  await refused(start('a.png', 'text/html', 1), 'ValidationException', /ContentType/);
  await refused(start('a.png', 'image/png', 20971521), 'ValidationException', /AttachmentSizeInBytes.*20971520/);

  const scope = { AttachmentScope: 'CHAT' };
  const { AttachedFilesConfiguration: before } = await send(DescribeAttachedFilesConfigurationCommand, scope);
  assert.equal(before.MaximumSizeLimitInBytes, 20971520);
  const changed = await send(UpdateAttachedFilesConfigurationCommand, { ...scope, MaximumSizeLimitInBytes: 10, ExtensionConfiguration: { AllowedExtensions: [{ Extension: 'PNG' }] } });
  assert.deepEqual([changed.MaximumSizeLimitInBytes, changed.ExtensionConfiguration.AllowedExtensions], [10, [{ Extension: 'png' }]]);
  assert.ok(changed.LastModifiedTime instanceof Date);
  await refused(start('a.txt', 'text/plain', 1), 'ValidationException', /\.png/);
  await refused(start('a.png', 'image/png', 11), 'ValidationException', /10/);
  await send(UpdateAttachedFilesConfigurationCommand, { ...scope, MaximumSizeLimitInBytes: before.MaximumSizeLimitInBytes, ExtensionConfiguration: before.ExtensionConfiguration });
});

test('files are added to a contact, read and deleted by the Connect API', async () => {
  const customer = await arrive();
  const { Contact: { Arn } } = await send(DescribeContactCommand, { ContactId: customer.contactId });
  const of = { AssociatedResourceArn: Arn };
  const { FileId, FileStatus, UploadUrlMetadata } = await send(StartAttachedFileUploadCommand, { ...of, FileName: 'offer.txt', FileSizeInBytes: 5, FileUseCaseType: 'ATTACHMENT', Tags: { team: 'a' } });
  assert.equal(FileStatus, 'PROCESSING');
  const file = { ...of, FileId };
  await refused(send(CompleteAttachedFileUploadCommand, file), 'InvalidRequestException', /nothing has been uploaded/);
  assert.equal(await upload(UploadUrlMetadata, 'offer'), 200);
  await send(CompleteAttachedFileUploadCommand, file);
  let found;
  for (let tries = 0; tries < 50 && found?.FileStatus !== 'APPROVED'; tries += 1) {
    found = await send(GetAttachedFileCommand, file);
    await new Promise((resolve) => { setTimeout(resolve, 100); });
  }
  assert.deepEqual([found.FileStatus, found.FileName, found.FileSizeInBytes, found.Tags, found.AssociatedResourceArn], ['APPROVED', 'offer.txt', 5, { team: 'a' }, Arn]);
  assert.equal(await (await fetch(found.DownloadUrlMetadata.Url)).text(), 'offer');
  const batch = await send(BatchGetAttachedFileMetadataCommand, { ...of, FileIds: [FileId, 'none'] });
  assert.deepEqual([batch.Files.map((f) => f.FileId), batch.Errors.map((e) => e.FileId)], [[FileId], ['none']]);
  await send(DeleteAttachedFileCommand, file);
  await refused(send(GetAttachedFileCommand, file), 'ResourceNotFoundException', /file/);
  assert.equal((await fetch(found.DownloadUrlMetadata.Url)).status, 404);
});

test('ChatJS sends an attachment and downloads it', async () => {
  const { startChatResult } = await startByPage(perch);
  const customer = Session.customer(openPage(perch.info), startChatResult);
  assert.equal(await customer.connect(), true);
  const body = new File(['from the page'], 'page.txt', { type: 'text/plain' });
  await customer.chat.sendAttachment({ attachment: body });
  const { Attachments: [{ AttachmentId }] } = await customer.sees((item) => item.Type === 'ATTACHMENT' && item.Attachments[0].Status === 'APPROVED', 'the attachment');
  const got = await customer.chat.downloadAttachment({ attachmentId: AttachmentId });
  assert.equal(await got.text(), 'from the page');
});
