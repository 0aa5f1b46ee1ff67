// Instances, their attributes, approved origins and security keys, with the stock SDK.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import {
  AssociateApprovedOriginCommand, AssociateSecurityKeyCommand, CreateInstanceCommand, CreateUserCommand, DeleteInstanceCommand, DescribeInstanceAttributeCommand, DescribeInstanceCommand, DisassociateApprovedOriginCommand,
  DisassociateSecurityKeyCommand, GetContactAttributesCommand, ListContactFlowsCommand, ListRoutingProfilesCommand, ListUsersCommand, StartChatContactCommand, ListApprovedOriginsCommand, ListInstanceAttributesCommand, ListInstancesCommand, ListSecurityKeysCommand, ListTagsForResourceCommand,
  TagResourceCommand, UntagResourceCommand, UpdateInstanceAttributeCommand,
} from '@aws-sdk/client-connect';
import { signIn } from './lib/agent.mjs';
import { startPerch } from './lib/perch.mjs';
import { settingsOf } from './lib/settings.mjs';
import { post, startBody } from './lib/start-endpoint.mjs';

const NOBODYS = '00000000-0000-4000-8000-000000000000';

let perch, send, pages, refused;
before(async () => {
  perch = await startPerch();
  ({ send, pages, refused } = settingsOf(perch));
});
after(() => perch?.stop());

test('an instance is listed and described, and has tags', async () => {
  const { Instance } = await send(DescribeInstanceCommand);
  assert.deepEqual([Instance.Id, Instance.InstanceStatus, Instance.IdentityManagementType], [perch.info.InstanceId, 'ACTIVE', 'CONNECT_MANAGED']);
  assert.ok(Instance.CreatedTime instanceof Date && Instance.InstanceAlias && Instance.InstanceAccessUrl);
  const { InstanceSummaryList } = await perch.connect.send(new ListInstancesCommand({ MaxResults: 10 }));
  assert.deepEqual(InstanceSummaryList, [{ ...Instance }]);
  await perch.connect.send(new TagResourceCommand({ resourceArn: Instance.Arn, tags: { team: 'blue', gone: 'soon' } }));
  await perch.connect.send(new UntagResourceCommand({ resourceArn: Instance.Arn, tagKeys: ['gone'] }));
  assert.deepEqual((await perch.connect.send(new ListTagsForResourceCommand({ resourceArn: Instance.Arn }))).tags, { team: 'blue' });
  assert.deepEqual((await send(DescribeInstanceCommand)).Instance.Tags, { team: 'blue' });
  await refused(perch.connect.send(new DescribeInstanceCommand({ InstanceId: NOBODYS })), 'ResourceNotFoundException', 404);
  await refused(perch.connect.send(new ListInstancesCommand({ NextToken: 'x' })), 'InvalidRequestException', 400);
});

test('attributes are listed page by page, described and changed', async () => {
  const all = await pages(ListInstanceAttributesCommand, { MaxResults: 2 }, 'Attributes');
  assert.equal(new Set(all.map((a) => a.AttributeType)).size, 13);
  assert.deepEqual(all.filter((a) => a.Value === 'true').map((a) => a.AttributeType), ['CONTACTFLOW_LOGS', 'ENHANCED_CHAT_MONITORING']);
  assert.equal((await send(ListInstanceAttributesCommand)).Attributes.length, 7);
  const AttributeType = 'OUTBOUND_CALLS';
  await send(UpdateInstanceAttributeCommand, { AttributeType, Value: 'true' });
  assert.deepEqual((await send(DescribeInstanceAttributeCommand, { AttributeType })).Attribute, { AttributeType, Value: 'true' });
  assert.equal((await send(DescribeInstanceCommand)).Instance.OutboundCallsEnabled, true);
  await refused(send(UpdateInstanceAttributeCommand, { AttributeType, Value: 'perhaps' }), 'InvalidRequestException', 400);
  await refused(send(DescribeInstanceAttributeCommand, { AttributeType: 'COFFEE' }), 'InvalidParameterException', 400);
});

test('once an origin is approved, pages of others start no chats at the start endpoint', async () => {
  const start = async (Origin) => (await post(perch.info.StartEndpoint, startBody(perch), Origin ? { Origin } : {})).status;
  assert.equal(await start('https://other.example'), 200);
  for (const Origin of ['https://shop.example', 'https://help.example', 'http://localhost:3000']) await send(AssociateApprovedOriginCommand, { Origin });
  assert.deepEqual(await Promise.all(['https://shop.example', 'https://other.example', undefined, perch.info.Endpoint].map(start)), [200, 403, 200, 200]);
  assert.deepEqual(await pages(ListApprovedOriginsCommand, {}, 'Origins'), ['http://localhost:3000', 'https://help.example', 'https://shop.example']);
  await refused(send(AssociateApprovedOriginCommand, { Origin: 'https://Shop.example' }), 'ResourceConflictException', 409);
  await refused(send(AssociateApprovedOriginCommand, { Origin: 'https://shop.example/page' }), 'InvalidParameterException', 400);
  await refused(send(AssociateApprovedOriginCommand, { Origin: 'https://bücher.example' }), 'InvalidParameterException', 400);
  for (const Origin of await pages(ListApprovedOriginsCommand, {}, 'Origins')) await send(DisassociateApprovedOriginCommand, { Origin });
  await refused(send(DisassociateApprovedOriginCommand, { Origin: 'https://shop.example' }), 'ResourceNotFoundException', 404);
  assert.equal(await start('https://other.example'), 200);
});

test('an instance keeps two security keys', async () => {
  const key = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'pem' });
  const [Key, other] = [key(), key()];
  const { AssociationId } = await send(AssociateSecurityKeyCommand, { Key });
  await refused(send(AssociateSecurityKeyCommand, { Key }), 'ResourceConflictException', 409);
  await send(AssociateSecurityKeyCommand, { Key: other });
  await refused(send(AssociateSecurityKeyCommand, { Key: key() }), 'ServiceQuotaExceededException', 402);
  await refused(send(AssociateSecurityKeyCommand, { Key: 'none' }), 'InvalidParameterException', 400);
  const all = await pages(ListSecurityKeysCommand, { MaxResults: 1 }, 'SecurityKeys');
  assert.deepEqual(all.map((k) => k.Key).sort(), [Key, other].sort());
  assert.ok(all[0].CreationTime instanceof Date);
  await send(DisassociateSecurityKeyCommand, { AssociationId });
  await refused(send(DisassociateSecurityKeyCommand, { AssociationId }), 'ResourceNotFoundException', 404);
});

test('an instance that is made opens with the same key, is set up, has chats, and goes if it has had none', async () => {
  const make = (more) => perch.connect.send(new CreateInstanceCommand({ IdentityManagementType: 'CONNECT_MANAGED', InboundCallsEnabled: false, OutboundCallsEnabled: true, ...more }));
  const made = await make({ InstanceAlias: 'branch', ClientToken: 'once', Tags: { team: 'red' } });
  assert.equal((await make({ InstanceAlias: 'branch', ClientToken: 'once' })).Id, made.Id);
  const InstanceId = made.Id;
  const there = (Command, more) => perch.connect.send(new Command({ InstanceId, ...more }));
  const { Instance } = await there(DescribeInstanceCommand);
  assert.deepEqual([Instance.Arn, Instance.InstanceAlias, Instance.OutboundCallsEnabled, Instance.Tags], [made.Arn, 'branch', true, { team: 'red' }]);
  assert.deepEqual((await pages(ListInstancesCommand, { MaxResults: 1 }, 'InstanceSummaryList')).map((i) => i.Id).sort(), [InstanceId, perch.info.InstanceId].sort());
  await perch.connect.send(new TagResourceCommand({ resourceArn: made.Arn, tags: { floor: '2' } }));
  assert.equal((await there(DescribeInstanceCommand)).Instance.Tags.floor, '2');
  assert.equal((await there(ListUsersCommand)).UserSummaryList.length, 0);
  const RoutingProfileId = (await there(ListRoutingProfilesCommand)).RoutingProfileSummaryList[0].Id;
  await there(CreateUserCommand, { Username: 'agent1', Password: 'Correct-horse-7', SecurityProfileIds: ['Agent'], RoutingProfileId });
  assert.ok(await signIn(perch.endpoint, { Username: 'agent1', Password: 'Correct-horse-7', InstanceId }));

  await refused(make({ InstanceAlias: 'branch' }), 'InvalidRequestException', 400);
  await refused(make({ InstanceAlias: 'x', IdentityManagementType: 'SAML' }), 'InvalidRequestException', 400);
  await refused(send(DeleteInstanceCommand), 'InvalidRequestException', 400);
  const other = await make({ InstanceAlias: 'other' });
  await perch.connect.send(new DeleteInstanceCommand({ InstanceId: other.Id }));
  await refused(perch.connect.send(new DescribeInstanceCommand({ InstanceId: other.Id })), 'ResourceNotFoundException', 404);
  const flows = (await there(ListContactFlowsCommand, { ContactFlowTypes: ['CONTACT_FLOW'] })).ContactFlowSummaryList;
  const { ContactId } = await there(StartChatContactCommand, { ContactFlowId: flows[0].Id, ParticipantDetails: { DisplayName: 'Ada' }, Attributes: { a: 'b' } });
  assert.equal((await there(GetContactAttributesCommand, { InitialContactId: ContactId })).Attributes.a, 'b');
  await refused(send(GetContactAttributesCommand, { InitialContactId: ContactId }), 'ResourceNotFoundException', 404);
  await refused(there(DeleteInstanceCommand), 'InvalidRequestException', 400);
});
