// The operations on flow modules with the stock SDK, and a flow that calls one.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CreateContactFlowCommand, CreateContactFlowModuleCommand, DeleteContactFlowModuleCommand, DescribeContactFlowModuleCommand,
  ListContactFlowModulesCommand, ListTagsForResourceCommand, StartChatContactCommand, TagResourceCommand,
  UpdateContactFlowModuleContentCommand, UpdateContactFlowModuleMetadataCommand,
} from '@aws-sdk/client-connect';
import { startPerch } from './lib/perch.mjs';

const NOBODYS = '00000000-0000-4000-8000-000000000000';
const says = (text) => `{ "Version":"2019-10-30","StartAction":"say","Actions":[
  {"Identifier":"say","Type":"MessageParticipant","Parameters":{"Text":${JSON.stringify(text)}},"Transitions":{"NextAction":"back"}},
  {"Identifier":"back","Type":"EndFlowModuleExecution","Parameters":{},"Transitions":{}}] }`;
const CONTENT = says('From the module.');

let perch;
before(async () => { perch = await startPerch(); });
after(() => perch?.stop());

const send = (Command, more) => perch.connect.send(new Command({ InstanceId: perch.info.InstanceId, ...more }));
const create = (Name, more = {}) => send(CreateContactFlowModuleCommand, { Name, Content: CONTENT, ...more });
const describe = async (ContactFlowModuleId) => (await send(DescribeContactFlowModuleCommand, { ContactFlowModuleId })).ContactFlowModule;
const refused = (promise, name, status) => assert.rejects(promise, (error) => {
  assert.equal(error.name, name, error.message);
  assert.equal(error.$metadata.httpStatusCode, status);
  return true;
});

test('a module is described byte for byte, changed, and deleted', async () => {
  const made = await create('Whole', { Description: 'd', Tags: { team: 'a' }, ExternalInvocationConfiguration: { Enabled: true } });
  for (const id of [made.Id, made.Arn, `${made.Id}:$SAVED`]) {
    const got = await describe(id);
    assert.deepEqual([got.Id, got.Arn, got.Name, got.Content, got.Description, got.State, got.Status, got.Tags, got.ExternalInvocationConfiguration],
      [made.Id, made.Arn, 'Whole', CONTENT, 'd', 'ACTIVE', 'PUBLISHED', { team: 'a' }, { Enabled: true }]);
  }
  await send(UpdateContactFlowModuleContentCommand, { ContactFlowModuleId: `${made.Id}:$SAVED`, Content: says('A draft.') });
  assert.equal((await describe(made.Id)).Content, CONTENT);
  assert.deepEqual([(await describe(`${made.Id}:$SAVED`)).Content, (await describe(`${made.Id}:$SAVED`)).Status], [says('A draft.'), 'SAVED']);
  await send(UpdateContactFlowModuleContentCommand, { ContactFlowModuleId: made.Id, Content: says('New.'), Settings: '{"a":1}' });
  await send(UpdateContactFlowModuleMetadataCommand, { ContactFlowModuleId: made.Id, Name: 'Renamed', Description: '', State: 'ARCHIVED' });
  const got = await describe(made.Id);
  assert.deepEqual([got.Content, got.Settings, got.Name, got.Description, got.State], [says('New.'), '{"a":1}', 'Renamed', undefined, 'ARCHIVED']);
  await perch.connect.send(new TagResourceCommand({ resourceArn: made.Arn, tags: { more: 'b' } }));
  assert.deepEqual((await perch.connect.send(new ListTagsForResourceCommand({ resourceArn: made.Arn }))).tags, { team: 'a', more: 'b' });
  await send(DeleteContactFlowModuleCommand, { ContactFlowModuleId: made.Id });
  await refused(describe(made.Id), 'ResourceNotFoundException', 404);
});

test('what cannot be is refused with the declared error', async () => {
  const made = await create('Taken', { ClientToken: 'once' });
  assert.equal((await create('Taken', { ClientToken: 'once' })).Id, made.Id);
  await refused(create('Taken'), 'DuplicateResourceException', 409);
  await refused(create('Broken', { Content: '{}' }), 'InvalidContactFlowModuleException', 400);
  await refused(send(UpdateContactFlowModuleContentCommand, { ContactFlowModuleId: made.Id, Content: CONTENT.replace('EndFlowModuleExecution', 'Dance') }),
    'InvalidContactFlowModuleException', 400);
  await refused(describe(NOBODYS), 'ResourceNotFoundException', 404);
  await refused(send(DeleteContactFlowModuleCommand, { ContactFlowModuleId: NOBODYS }), 'ResourceNotFoundException', 404);
});

test('modules are listed by pages, and by state', async () => {
  for (const n of [1, 2, 3]) await create(`Page ${n}`);
  const names = [];
  let NextToken;
  do {
    const page = await send(ListContactFlowModulesCommand, { MaxResults: 2, NextToken });
    assert.ok(page.ContactFlowModulesSummaryList.length <= 2);
    names.push(...page.ContactFlowModulesSummaryList.map((m) => m.Name));
    ({ NextToken } = page);
  } while (NextToken);
  assert.deepEqual(names.filter((n) => n.startsWith('Page')), ['Page 1', 'Page 2', 'Page 3']);
  assert.deepEqual((await send(ListContactFlowModulesCommand, { ContactFlowModuleState: 'ARCHIVED' })).ContactFlowModulesSummaryList, []);
});

test('a flow plays a module and goes on', async () => {
  const module = await create('Played');
  const { ContactFlowId } = await send(CreateContactFlowCommand, { Name: 'Calls', Type: 'CONTACT_FLOW', Content: JSON.stringify({
    Version: '2019-10-30', StartAction: 'call', Actions: [
      { Identifier: 'call', Type: 'InvokeFlowModule', Parameters: { FlowModuleId: module.Arn }, Transitions: { NextAction: 'wait', Errors: [{ ErrorType: 'NoMatchingError', NextAction: 'end' }] } },
      { Identifier: 'wait', Type: 'Wait', Parameters: { TimeLimitSeconds: '600' }, Transitions: { NextAction: 'end', Conditions: [{ NextAction: 'end', Condition: { Operator: 'Equals', Operands: ['WaitCompleted'] } }], Errors: [{ ErrorType: 'NoMatchingError', NextAction: 'end' }] } },
      { Identifier: 'end', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} },
    ],
  }) });
  const chat = await send(StartChatContactCommand, { ContactFlowId, ParticipantDetails: { DisplayName: 'Ada' } });
  const call = async (path, bearer, body) => (await fetch(`${perch.info.Endpoint}/participant/${path}`, {
    method: 'POST', headers: { 'X-Amz-Bearer': bearer, 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
  const { ConnectionCredentials } = await call('connection', chat.ParticipantToken, { Type: ['CONNECTION_CREDENTIALS'], ConnectParticipant: true });
  for (let tries = 0; ; tries++) {
    const { Transcript } = await call('transcript', ConnectionCredentials.ConnectionToken, {});
    if (Transcript.some((item) => item.Content === 'From the module.')) break;
    assert.ok(tries < 100, JSON.stringify(Transcript));
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
});
