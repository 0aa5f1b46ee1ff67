// Versions of flows and modules, and aliases, with the stock SDK.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import {
  CreateContactFlowCommand, CreateContactFlowModuleAliasCommand, CreateContactFlowModuleCommand, CreateContactFlowModuleVersionCommand,
  CreateContactFlowVersionCommand, DeleteContactFlowModuleAliasCommand, DeleteContactFlowModuleVersionCommand, DeleteContactFlowVersionCommand,
  DescribeContactFlowCommand, DescribeContactFlowModuleAliasCommand, DescribeContactFlowModuleCommand, ListContactFlowModuleAliasesCommand,
  ListContactFlowModuleVersionsCommand, ListContactFlowVersionsCommand, StartChatContactCommand, UpdateContactFlowContentCommand,
  UpdateContactFlowModuleAliasCommand, UpdateContactFlowModuleContentCommand,
} from '@aws-sdk/client-connect';
import { startPerch } from './lib/perch.mjs';

const says = (text, end) => JSON.stringify({ Version: '2019-10-30', StartAction: 'say', Actions: [
  { Identifier: 'say', Type: 'MessageParticipant', Parameters: { Text: text }, Transitions: { NextAction: 'end' } },
  { Identifier: 'end', Type: end, Parameters: {}, Transitions: {} }] });
const flowSays = (text) => says(text, 'DisconnectParticipant');
const moduleSays = (text) => says(text, 'EndFlowModuleExecution');
const sum = (content) => createHash('sha256').update(content).digest('hex');

let perch;
before(async () => { perch = await startPerch(); });
after(() => perch?.stop());

const send = (Command, more) => perch.connect.send(new Command({ InstanceId: perch.info.InstanceId, ...more }));
const refused = (promise, name, status) => assert.rejects(promise, (error) => {
  assert.equal(error.name, name, error.message);
  assert.equal(error.$metadata.httpStatusCode, status);
  return true;
});
const pages = async (Command, more, list) => {
  const out = [];
  let NextToken;
  do {
    const page = await send(Command, { MaxResults: 2, NextToken, ...more });
    assert.ok(page[list].length <= 2);
    out.push(...page[list]);
    ({ NextToken } = page);
  } while (NextToken);
  return out;
};

test('versions of a flow stay what they were', async () => {
  const { ContactFlowId, ContactFlowArn } = await send(CreateContactFlowCommand, { Name: 'Kept', Type: 'CONTACT_FLOW', Content: flowSays('one') });
  const first = await send(CreateContactFlowVersionCommand, { ContactFlowId, Description: 'the first', FlowContentSha256: sum(flowSays('one')) });
  assert.deepEqual([first.Version, first.ContactFlowArn], [1, ContactFlowArn]);
  await send(UpdateContactFlowContentCommand, { ContactFlowId, Content: flowSays('two') });
  await refused(send(CreateContactFlowVersionCommand, { ContactFlowId, FlowContentSha256: sum(flowSays('one')) }), 'InvalidRequestException', 400);
  await refused(send(CreateContactFlowVersionCommand, { ContactFlowId, ContactFlowVersion: 7 }), 'InvalidRequestException', 400);
  await send(CreateContactFlowVersionCommand, { ContactFlowId, ContactFlowVersion: 2 });
  await send(CreateContactFlowVersionCommand, { ContactFlowId });

  const { ContactFlow } = await send(DescribeContactFlowCommand, { ContactFlowId: `${ContactFlowArn}:1` });
  assert.deepEqual([ContactFlow.Content, ContactFlow.Version, ContactFlow.VersionDescription, ContactFlow.FlowContentSha256],
    [flowSays('one'), 1, 'the first', sum(flowSays('one'))]);
  await refused(send(UpdateContactFlowContentCommand, { ContactFlowId: `${ContactFlowId}:1`, Content: flowSays('no') }), 'InvalidRequestException', 400);
  const all = await pages(ListContactFlowVersionsCommand, { ContactFlowId }, 'ContactFlowVersionSummaryList');
  assert.deepEqual(all.map((v) => v.Version), [3, 2, 1]);
  assert.deepEqual(all.at(-1), { Arn: `${ContactFlowArn}:1`, VersionDescription: 'the first', Version: 1 });

  await send(DeleteContactFlowVersionCommand, { ContactFlowId, ContactFlowVersion: 3 });
  await refused(send(DeleteContactFlowVersionCommand, { ContactFlowId, ContactFlowVersion: 3 }), 'ResourceNotFoundException', 404);
  await refused(send(DescribeContactFlowCommand, { ContactFlowId: `${ContactFlowId}:3` }), 'ResourceNotFoundException', 404);
  assert.equal((await send(CreateContactFlowVersionCommand, { ContactFlowId })).Version, 4);
});

test('an alias leads to one version of a module, then to another', async () => {
  const { Id: ContactFlowModuleId, Arn } = await send(CreateContactFlowModuleCommand, { Name: 'Greeting', Content: moduleSays('one') });
  const of = (more) => ({ ContactFlowModuleId, ...more });
  await send(CreateContactFlowModuleVersionCommand, of({ Description: 'v1', FlowModuleContentSha256: sum(moduleSays('one')) }));
  await send(UpdateContactFlowModuleContentCommand, of({ Content: moduleSays('two') }));
  assert.equal((await send(CreateContactFlowModuleVersionCommand, of({}))).Version, 2);
  await refused(send(CreateContactFlowModuleVersionCommand, of({ FlowModuleContentSha256: sum('') })), 'InvalidRequestException', 400);

  const { Id: AliasId } = await send(CreateContactFlowModuleAliasCommand, of({ AliasName: 'live', Description: 'd', ContactFlowModuleVersion: 1 }));
  await refused(send(CreateContactFlowModuleAliasCommand, of({ AliasName: 'live', ContactFlowModuleVersion: 1 })), 'DuplicateResourceException', 409);
  await refused(send(CreateContactFlowModuleAliasCommand, of({ AliasName: 'other', ContactFlowModuleVersion: 9 })), 'ResourceNotFoundException', 404);
  const { ContactFlowModule } = await send(DescribeContactFlowModuleCommand, { ContactFlowModuleId: `${Arn}:live` });
  assert.deepEqual([ContactFlowModule.Content, ContactFlowModule.Version, ContactFlowModule.VersionDescription], [moduleSays('one'), 1, 'v1']);

  const { ContactFlowId } = await send(CreateContactFlowCommand, { Name: 'Calls an alias', Type: 'CONTACT_FLOW', Content: JSON.stringify({
    Version: '2019-10-30', StartAction: 'call', Actions: [
      { Identifier: 'call', Type: 'InvokeFlowModule', Parameters: { FlowModuleId: `${Arn}:live` }, Transitions: { NextAction: 'wait', Errors: [{ ErrorType: 'NoMatchingError', NextAction: 'end' }] } },
      { Identifier: 'wait', Type: 'Wait', Parameters: { TimeLimitSeconds: '600' }, Transitions: { NextAction: 'end', Conditions: [{ NextAction: 'end', Condition: { Operator: 'Equals', Operands: ['WaitCompleted'] } }], Errors: [{ ErrorType: 'NoMatchingError', NextAction: 'end' }] } },
      { Identifier: 'end', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} },
    ],
  }) });
  assert.equal(await said(ContactFlowId), 'one');
  await send(UpdateContactFlowModuleAliasCommand, of({ AliasId, ContactFlowModuleVersion: 2, Description: '' }));
  assert.equal(await said(ContactFlowId), 'two');
  const { ContactFlowModuleAlias: alias } = await send(DescribeContactFlowModuleAliasCommand, of({ AliasId }));
  assert.deepEqual([alias.AliasId, alias.Name, alias.Version, alias.Description, alias.ContactFlowModuleArn], [AliasId, 'live', 2, undefined, Arn]);
  assert.ok(alias.LastModifiedTime instanceof Date);

  for (const AliasName of ['a', 'b']) await send(CreateContactFlowModuleAliasCommand, of({ AliasName, ContactFlowModuleVersion: 1 }));
  const all = await pages(ListContactFlowModuleAliasesCommand, of({}), 'ContactFlowModuleAliasSummaryList');
  assert.deepEqual(all.map((a) => [a.AliasName, a.Version, a.Arn]), [['a', 1, `${Arn}:a`], ['b', 1, `${Arn}:b`], ['live', 2, `${Arn}:live`]]);
  assert.deepEqual((await pages(ListContactFlowModuleVersionsCommand, of({}), 'ContactFlowModuleVersionSummaryList')).map((v) => v.Version), [2, 1]);
  await refused(send(UpdateContactFlowModuleAliasCommand, of({ AliasId, Name: 'a' })), 'DuplicateResourceException', 409);
  await refused(send(DeleteContactFlowModuleVersionCommand, of({ ContactFlowModuleVersion: 2 })), 'InvalidRequestException', 400);
  await send(DeleteContactFlowModuleAliasCommand, of({ AliasId }));
  await send(DeleteContactFlowModuleVersionCommand, of({ ContactFlowModuleVersion: 2 }));
  await refused(send(DescribeContactFlowModuleAliasCommand, of({ AliasId })), 'ResourceNotFoundException', 404);
});

// said is the first thing that a flow says to a customer.
async function said(ContactFlowId) {
  const chat = await send(StartChatContactCommand, { ContactFlowId, ParticipantDetails: { DisplayName: 'Ada' } });
  const call = async (path, bearer, body) => (await fetch(`${perch.info.Endpoint}/participant/${path}`, {
    method: 'POST', headers: { 'X-Amz-Bearer': bearer, 'Content-Type': 'application/json' }, body: JSON.stringify(body) })).json();
  const { ConnectionCredentials } = await call('connection', chat.ParticipantToken, { Type: ['CONNECTION_CREDENTIALS'], ConnectParticipant: true });
  for (let tries = 0; ; tries++) {
    const { Transcript } = await call('transcript', ConnectionCredentials.ConnectionToken, {});
    const message = Transcript.find((item) => item.Type === 'MESSAGE');
    if (message) return message.Content;
    assert.ok(tries < 100, JSON.stringify(Transcript));
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  }
}
