// The operations on an instance's own views with the stock SDK, and a flow that shows one of them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  CreateContactFlowCommand, CreateViewCommand, CreateViewVersionCommand, DeleteViewCommand, DeleteViewVersionCommand,
  DescribeViewCommand, ListTagsForResourceCommand, ListViewVersionsCommand, ListViewsCommand, StartChatContactCommand, TagResourceCommand,
  UpdateViewContentCommand, UpdateViewMetadataCommand,
} from '@aws-sdk/client-connect';
import { DescribeViewCommand as DescribeShownView } from '@aws-sdk/client-connectparticipant';
import { message } from './lib/items.mjs';
import { Participant } from './lib/participant.mjs';
import { startPerch } from './lib/perch.mjs';

const INTERACTIVE = 'application/vnd.amazonaws.connect.message.interactive';
const ANSWER = `${INTERACTIVE}.response`;
const NOBODYS = '00000000-0000-4000-8000-000000000000';
const template = (Heading) => JSON.stringify({
  Head: { Title: 'Trips', Configuration: { Layout: { Columns: ['10', '2'] } } },
  Body: [
    { _id: 'card', Type: 'Card', Props: { Id: 'Card', Heading, Action: 'CardSelected' }, Content: [] },
    { _id: 'skip', Type: 'Button', Props: { Action: 'Skip' }, Content: ['Skip'] },
  ],
});
const content = (heading) => ({ Template: template(heading), Actions: ['CardSelected', 'Skip'] });

let perch;
before(async () => { perch = await startPerch(); });
after(() => perch?.stop());

const send = (Command, more) => perch.connect.send(new Command({ InstanceId: perch.info.InstanceId, ...more }));
const create = async (Name, more = {}) => (await send(CreateViewCommand, { Name, Status: 'PUBLISHED', Content: content('One'), ...more })).View;
const describe = async (ViewId) => (await send(DescribeViewCommand, { ViewId })).View;
const refused = (promise, name, status, about = /./) => assert.rejects(promise, (error) => {
  assert.equal(error.name, name, error.message);
  assert.equal(error.$metadata.httpStatusCode, status);
  assert.match(error.message, about);
  return true;
});

test('a view is made, described, changed and deleted', async () => {
  const made = await create('Trips', { Description: 'Where to', Tags: { team: 'a' }, Content: content('Hello $.Name') });
  assert.match(made.Arn, new RegExp(`:instance/${perch.info.InstanceId}/view/${made.Id}$`));
  assert.deepEqual([made.Name, made.Status, made.Type, made.Description, made.Tags, made.Content.Template, made.Content.Actions, made.Version],
    ['Trips', 'PUBLISHED', 'CUSTOMER_MANAGED', 'Where to', { team: 'a' }, template('Hello $.Name'), ['CardSelected', 'Skip'], undefined]);
  assert.deepEqual(JSON.parse(made.Content.InputSchema), { type: 'object', properties: { Name: {} }, required: ['Name'] });
  assert.ok(made.CreatedTime instanceof Date && made.LastModifiedTime instanceof Date);
  assert.match(made.ViewContentSha256, /^[0-9a-f]{64}$/);
  for (const id of [made.Id, made.Arn, `${made.Id}:$LATEST`, `${made.Arn}:$SAVED`]) assert.deepEqual(await describe(id), made);

  const saved = (await send(UpdateViewContentCommand, { ViewId: made.Id, Status: 'SAVED', Content: { Template: '{}' } })).View;
  assert.deepEqual([saved.Status, saved.Content.Template, saved.Content.Actions, saved.ViewContentSha256], ['SAVED', '{}', [], made.ViewContentSha256]);
  assert.equal((await describe(made.Id)).Content.Template, template('Hello $.Name'));
  assert.deepEqual((await describe(`${made.Id}:$SAVED`)).Content, saved.Content);
  const published = (await send(UpdateViewContentCommand, { ViewId: made.Arn, Status: 'PUBLISHED', Content: content('Two') })).View;
  assert.deepEqual([published.Status, published.Content.Template], ['PUBLISHED', template('Two')]);
  assert.notEqual(published.ViewContentSha256, made.ViewContentSha256);
  assert.deepEqual(await describe(`${made.Id}:$SAVED`), published);

  await send(UpdateViewMetadataCommand, { ViewId: made.Id, Name: 'Journeys' });
  await send(UpdateViewMetadataCommand, { ViewId: made.Id, Description: 'How to' });
  await perch.connect.send(new TagResourceCommand({ resourceArn: made.Arn, tags: { more: 'b' } }));
  assert.deepEqual((await perch.connect.send(new ListTagsForResourceCommand({ resourceArn: made.Arn }))).tags, { team: 'a', more: 'b' });
  const now = await describe(made.Id);
  assert.deepEqual([now.Name, now.Description, now.Tags], ['Journeys', 'How to', { team: 'a', more: 'b' }]);
  await send(DeleteViewCommand, { ViewId: made.Id });
  await refused(describe(made.Id), 'ResourceNotFoundException', 404);
});

test('versions are kept as they were', async () => {
  const made = await create('Kept');
  const version = async (more) => (await send(CreateViewVersionCommand, { ViewId: made.Id, ...more })).View;
  await refused(version({ ViewContentSha256: '0'.repeat(64) }), 'InvalidRequestException', 400, /SHA-256/);
  const one = await version({ VersionDescription: 'the first', ViewContentSha256: made.ViewContentSha256 });
  assert.deepEqual([one.Version, one.VersionDescription, one.Arn], [1, 'the first', `${made.Arn}:1`]);
  assert.equal((await version({ VersionDescription: 'no other' })).VersionDescription, 'the first');
  for (const heading of ['Two', 'Three']) {
    await send(UpdateViewContentCommand, { ViewId: made.Id, Status: 'PUBLISHED', Content: content(heading) });
    await version();
  }
  assert.deepEqual((await describe(one.Arn)).Content, one.Content);
  assert.deepEqual([(await describe(made.Id)).Version, (await describe(`${made.Id}:2`)).Content.Template], [3, template('Two')]);
  await send(DeleteViewVersionCommand, { ViewId: made.Id, ViewVersion: 2 });
  await refused(describe(`${made.Id}:2`), 'ResourceNotFoundException', 404);
  await refused(send(DeleteViewVersionCommand, { ViewId: made.Id, ViewVersion: 2 }), 'ResourceNotFoundException', 404);
  const first = await send(ListViewVersionsCommand, { ViewId: made.Id, MaxResults: 1 });
  const rest = await send(ListViewVersionsCommand, { ViewId: made.Id, NextToken: first.NextToken });
  assert.deepEqual([...first.ViewVersionSummaryList, ...rest.ViewVersionSummaryList].map((v) => [v.Version, v.Arn]), [[3, `${made.Arn}:3`], [1, `${made.Arn}:1`]]);
  assert.equal(rest.NextToken, undefined);
});

test("views are listed by type and name, Amazon's first", async () => {
  for (const n of [2, 1]) await create(`Page ${n}`);
  await send(CreateViewCommand, { Name: 'Page 3', Status: 'SAVED', Content: {} });
  const all = [];
  let NextToken;
  do {
    const page = await send(ListViewsCommand, { MaxResults: 2, NextToken });
    assert.ok(page.ViewsSummaryList.length <= 2);
    all.push(...page.ViewsSummaryList);
    ({ NextToken } = page);
  } while (NextToken);
  assert.deepEqual(all.slice(0, 5).map((v) => [v.Name, v.Type]), ['Cards', 'Confirmation', 'Detail', 'Form', 'List'].map((name) => [name, 'AWS_MANAGED']));
  const own = (await send(ListViewsCommand, { Type: 'CUSTOMER_MANAGED' })).ViewsSummaryList;
  assert.deepEqual(own, all.slice(5));
  assert.deepEqual(own.filter((v) => v.Name.startsWith('Page')).map((v) => [v.Name, v.Status]), [['Page 1', 'PUBLISHED'], ['Page 2', 'PUBLISHED'], ['Page 3', 'SAVED']]);
  const form = await describe(all[3].Arn);
  assert.deepEqual([form.Id, form.Type, form.Version, form.Arn], ['form', 'AWS_MANAGED', 1, 'arn:aws:connect:us-east-1:aws:view/form:1']);
});

test('what cannot be is refused with the declared error', async () => {
  const made = await create('Taken', { ClientToken: 'once' });
  assert.deepEqual(await create('Taken', { ClientToken: 'once' }), made);
  await refused(create('Other', { ClientToken: 'once' }), 'InvalidParameterException', 400, /ClientToken/);
  await refused(create('Taken'), 'DuplicateResourceException', 409);
  await refused(create('Broken', { Content: { Template: '{"Body":[{"Props":{}}]}' } }), 'InvalidParameterException', 400, /Content\.Template: Body\[0\]\.Type/);
  await refused(create('Broken', { Status: 'SAVED', Content: { Template: '{' } }), 'InvalidParameterException', 400, /Content\.Template/);
  await refused(send(UpdateViewMetadataCommand, { ViewId: made.Id }), 'InvalidParameterException', 400, /Name/);
  await refused(send(DeleteViewCommand, { ViewId: `${made.Id}:1` }), 'InvalidRequestException', 400, /version/);
  await refused(send(DeleteViewCommand, { ViewId: 'form' }), 'InvalidRequestException', 400, /own/);
  for (const Command of [DescribeViewCommand, DeleteViewCommand, CreateViewVersionCommand, ListViewVersionsCommand]) {
    await refused(send(Command, { ViewId: NOBODYS }), 'ResourceNotFoundException', 404);
  }
  const { Id } = (await send(CreateViewCommand, { Name: 'Draft', Status: 'SAVED', Content: {} })).View;
  await refused(describe(Id), 'InvalidRequestException', 400, /\$SAVED/);
  await refused(send(CreateViewVersionCommand, { ViewId: Id }), 'InvalidRequestException', 400, /publish/);
});

const showing = (ViewResource) => JSON.stringify({
  Version: '2019-10-30', StartAction: 'ask', Actions: [
    { Identifier: 'ask', Type: 'ShowView', Parameters: { ViewResource, InvocationTimeLimitSeconds: '300', ViewData: { Name: 'Ada' } },
      Transitions: { NextAction: 'other', Conditions: [{ NextAction: 'got', Condition: { Operator: 'Equals', Operands: ['CardSelected'] } }],
        Errors: ['NoMatchingCondition', 'NoMatchingError', 'TimeLimitExceeded'].map((ErrorType) => ({ ErrorType, NextAction: 'other' })) } },
    { Identifier: 'got', Type: 'MessageParticipant', Parameters: { Text: 'Chosen: $.Views.ViewResultData.Card.' }, Transitions: { NextAction: 'wait' } },
    { Identifier: 'other', Type: 'MessageParticipant', Parameters: { Text: 'Nothing to show.' }, Transitions: { NextAction: 'wait' } },
    { Identifier: 'wait', Type: 'Wait', Parameters: { TimeLimitSeconds: '600' }, Transitions: { NextAction: 'end',
      Conditions: [{ NextAction: 'end', Condition: { Operator: 'Equals', Operands: ['WaitCompleted'] } }], Errors: [{ ErrorType: 'NoMatchingError', NextAction: 'end' }] } },
    { Identifier: 'end', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} },
  ],
});

async function joined(Name, ViewResource) {
  const { ContactFlowId } = await send(CreateContactFlowCommand, { Name, Type: 'CONTACT_FLOW', Content: showing(ViewResource) });
  return Participant.join(perch, await send(StartChatContactCommand, {
    ContactFlowId, ParticipantDetails: { DisplayName: 'Ada' }, SupportedMessagingContentTypes: ['text/plain', INTERACTIVE, ANSWER] }));
}

/** An item that may have come before the socket was open. */
async function sees(customer, what, why) {
  return (await customer.page({ MaxResults: 100 })).Transcript.find(what) ?? customer.sees(what, why);
}

test('a flow shows an own view, at the version that it names, and goes on with the answer', async () => {
  const made = await create('Shown', { Content: content('Hello $.Name') });
  await send(CreateViewVersionCommand, { ViewId: made.Id });
  await send(UpdateViewContentCommand, { ViewId: made.Id, Status: 'PUBLISHED', Content: content('Newer') });
  for (const [name, resource, heading] of [['Newest', { Id: made.Arn }, 'Newer'], ['First', { Id: made.Id, Version: '1' }, 'Hello $.Name'], ['Behind', { Id: `${made.Arn}:1` }, 'Hello $.Name']]) {
    const customer = await joined(name, resource);
    const shown = JSON.parse((await sees(customer, message({ ContentType: INTERACTIVE }), 'the view')).Content);
    const { View } = await perch.participant.send(new DescribeShownView({ ...customer.bearer, ViewToken: shown.data.content.viewToken }));
    assert.deepEqual([View.Id, View.Name, View.Version, View.Content.Template], [made.Id, 'Shown', 1, template(heading)]);
    await customer.say(JSON.stringify({ templateType: 'ViewResource', version: '1.0', action: 'CardSelected', data: { Card: heading } }), { ContentType: ANSWER });
    await customer.sees(message({ Content: `Chosen: ${heading}.` }), 'the flow goes on');
  }
});

test('a flow whose view is not published takes its error branch', async () => {
  const { Id } = (await send(CreateViewCommand, { Name: 'Not yet', Status: 'SAVED', Content: content('Soon') })).View;
  await sees(await joined('Shows a draft', { Id }), message({ Content: 'Nothing to show.' }), 'the error branch');
});
