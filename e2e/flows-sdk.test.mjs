// The operations on flows and their tags with the stock SDK: each with what it answers, what it refuses and with
// which declared error, drafts, and pages.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CreateContactFlowCommand, DeleteContactFlowCommand, DescribeContactFlowCommand, ListContactFlowsCommand,
  ListTagsForResourceCommand, StartChatContactCommand, TagResourceCommand, UntagResourceCommand,
  UpdateContactFlowContentCommand, UpdateContactFlowMetadataCommand, UpdateContactFlowNameCommand,
} from '@aws-sdk/client-connect';
import { startPerch } from './lib/perch.mjs';

const NOBODYS = '00000000-0000-4000-8000-000000000000';

// Its spaces, line ends and escapes are the author's, and stay.
const CONTENT = `{ "Version":"2019-10-30",\r\n\t"StartAction":"a", "Actions":[
  {"Identifier":"a","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}], "Metadata":{"note":"\\u00e9 é <&>"} }\n`;
const BROKEN = CONTENT.replace('DisconnectParticipant', 'Dance').replace('"StartAction":"a"', '"StartAction":"b"');

let perch;
before(async () => { perch = await startPerch(); });
after(() => perch?.stop());

const send = (Command, more) => perch.connect.send(new Command({ InstanceId: perch.info.InstanceId, ...more }));
const create = (Name, more = {}) => send(CreateContactFlowCommand, { Name, Type: 'CONTACT_FLOW', Content: CONTENT, ...more });
const describe = async (ContactFlowId) => (await send(DescribeContactFlowCommand, { ContactFlowId })).ContactFlow;
const begin = (ContactFlowId) => send(StartChatContactCommand, { ContactFlowId, ParticipantDetails: { DisplayName: 'Ada' } });

async function refused(promise, name, status) {
  let caught;
  await assert.rejects(promise, (error) => {
    caught = error;
    assert.equal(error.name, name, error.message);
    assert.equal(error.$metadata.httpStatusCode, status);
    return true;
  });
  return caught;
}

test('what was created is described byte for byte, by id and by ARN', async () => {
  const made = await create('Plain', { Description: 'd', Tags: { team: 'a' } });
  for (const id of [made.ContactFlowId, made.ContactFlowArn, `${made.ContactFlowArn}:$LATEST`, `${made.ContactFlowId}:$SAVED`]) {
    const got = await describe(id);
    assert.equal(got.Content, CONTENT);
    assert.deepEqual([got.Id, got.Arn, got.Name, got.Type, got.State, got.Status, got.Description, got.Tags, got.FlowContentSha256],
      [made.ContactFlowId, made.ContactFlowArn, 'Plain', 'CONTACT_FLOW', 'ACTIVE', 'PUBLISHED', 'd', { team: 'a' }, made.FlowContentSha256]);
  }
});

test('a broken flow is refused with one problem for each fault', async () => {
  const { ContactFlowId } = await create('Whole');
  const creating = () => create('Broken', { Content: BROKEN });
  const updating = () => send(UpdateContactFlowContentCommand, { ContactFlowId, Content: BROKEN });
  for (const attempt of [creating, updating]) {
    const error = await refused(attempt(), 'InvalidContactFlowException', 400);
    assert.equal(error.problems.length, 2, JSON.stringify(error.problems));
    assert.match(error.problems.map((p) => p.message).join('\n'), /action a, Actions\[0\]\.Type[^]*StartAction/);
  }
  assert.equal((await describe(ContactFlowId)).Content, CONTENT);
});

test('a draft is not looked at, not played, and published by its content', async () => {
  const made = await create('Draft', { Status: 'SAVED', Content: BROKEN });
  await refused(describe(made.ContactFlowId), 'ContactFlowNotPublishedException', 404);
  await refused(begin(made.ContactFlowId), 'InvalidRequestException', 400);
  const draft = await describe(`${made.ContactFlowId}:$SAVED`);
  assert.deepEqual([draft.Content, draft.Status], [BROKEN, 'SAVED']);
  await send(UpdateContactFlowContentCommand, { ContactFlowId: made.ContactFlowId, Content: CONTENT });
  await send(UpdateContactFlowContentCommand, { ContactFlowId: `${made.ContactFlowArn}:$SAVED`, Content: 'later' });
  assert.deepEqual([(await describe(made.ContactFlowId)).Content, (await describe(`${made.ContactFlowId}:$SAVED`)).Content], [CONTENT, 'later']);
  await refused(send(UpdateContactFlowContentCommand, { ContactFlowId: `${made.ContactFlowId}:1`, Content: CONTENT }), 'InvalidRequestException', 400);
});

test('names are unique; the state and the type say where a chat can start', async () => {
  const { ContactFlowId } = await create('First');
  await create('Second');
  await refused(create('Second'), 'DuplicateResourceException', 409);
  for (const Command of [UpdateContactFlowNameCommand, UpdateContactFlowMetadataCommand]) {
    await refused(send(Command, { ContactFlowId, Name: 'Second' }), 'DuplicateResourceException', 409);
  }
  await send(UpdateContactFlowNameCommand, { ContactFlowId, Name: 'Third', Description: 'new' });
  await begin(ContactFlowId);
  await send(UpdateContactFlowMetadataCommand, { ContactFlowId, Description: '', ContactFlowState: 'ARCHIVED' });
  const got = await describe(ContactFlowId);
  assert.deepEqual([got.Name, got.Description ?? '', got.State], ['Third', '', 'ARCHIVED']);
  await refused(begin(ContactFlowId), 'InvalidRequestException', 400);
  const whisper = await create('Whisper', { Type: 'QUEUE_TRANSFER' });
  await refused(begin(whisper.ContactFlowId), 'InvalidRequestException', 400);
});

test('pages hold every flow once, of the types asked for', async () => {
  const all = (await send(ListContactFlowsCommand, {})).ContactFlowSummaryList;
  const paged = [];
  for (let NextToken; ;) {
    const page = await send(ListContactFlowsCommand, { MaxResults: 2, NextToken });
    paged.push(...page.ContactFlowSummaryList);
    NextToken = page.NextToken;
    if (!NextToken) break;
  }
  assert.deepEqual(paged, all);
  const some = (await send(ListContactFlowsCommand, { ContactFlowTypes: ['QUEUE_TRANSFER', 'AGENT_TRANSFER'] })).ContactFlowSummaryList;
  assert.deepEqual(some, all.filter((f) => /_TRANSFER$/.test(f.ContactFlowType)));
  assert.ok(some.length > 0 && some.length < all.length);
  await refused(send(ListContactFlowsCommand, { NextToken: 'x' }), 'InvalidParameterException', 400);
});

test('a flow in use is not deleted; one that is not in use is gone', async () => {
  const error = await refused(send(DeleteContactFlowCommand, { ContactFlowId: perch.info.ContactFlowId }), 'InvalidRequestException', 400);
  assert.match(error.message, /in use/);
  const { ContactFlowId } = await create('Gone');
  await send(DeleteContactFlowCommand, { ContactFlowId });
  for (const id of [ContactFlowId, NOBODYS]) {
    await refused(describe(id), 'ResourceNotFoundException', 404);
    await refused(send(DeleteContactFlowCommand, { ContactFlowId: id }), 'ResourceNotFoundException', 404);
    await refused(send(UpdateContactFlowContentCommand, { ContactFlowId: id, Content: CONTENT }), 'ResourceNotFoundException', 404);
    await refused(begin(id), 'ResourceNotFoundException', 404);
  }
});

test('tags are added, listed and taken off by ARN', async () => {
  const { ContactFlowArn: resourceArn } = await create('Tagged');
  const tags = async () => (await send(ListTagsForResourceCommand, { resourceArn })).tags;
  assert.deepEqual(await tags(), {});
  await send(TagResourceCommand, { resourceArn, tags: { team: 'a', 'größe 1': '' } });
  await send(TagResourceCommand, { resourceArn, tags: { team: 'b' } });
  assert.deepEqual(await tags(), { team: 'b', 'größe 1': '' });
  await send(UntagResourceCommand, { resourceArn, tagKeys: ['team', 'nothing'] });
  assert.deepEqual(await tags(), { 'größe 1': '' });
  await refused(send(TagResourceCommand, { resourceArn, tags: { 'aws:x': 'y' } }), 'InvalidParameterException', 400);
  const many = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`k${i}`, '']));
  await refused(send(TagResourceCommand, { resourceArn, tags: many }), 'InvalidParameterException', 400);
  for (const other of [resourceArn.replace(/[^/]*$/, NOBODYS), resourceArn.replace('contact-flow', 'planet'), 'x']) {
    await refused(send(ListTagsForResourceCommand, { resourceArn: other }), 'ResourceNotFoundException', 404);
  }
});
