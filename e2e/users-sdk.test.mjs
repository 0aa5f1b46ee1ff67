// Routing profiles, users, security profiles, statuses and quick connects, with the stock SDK.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  AssociateRoutingProfileQueuesCommand, AssociateUserProficienciesCommand, CreateAgentStatusCommand, CreatePredefinedAttributeCommand, CreateQuickConnectCommand, CreateRoutingProfileCommand,
  CreateSecurityProfileCommand, CreateUserCommand, DeleteQuickConnectCommand, DeleteRoutingProfileCommand, DeleteSecurityProfileCommand, DeleteUserCommand,
  DescribeAgentStatusCommand, DescribeQuickConnectCommand, DescribeRoutingProfileCommand, DescribeSecurityProfileCommand, DescribeUserCommand,
  DisassociateRoutingProfileQueuesCommand, DisassociateUserProficienciesCommand, ListAgentStatusesCommand, ListContactFlowsCommand, ListQueuesCommand,
  ListQuickConnectsCommand, ListRoutingProfileQueuesCommand, ListRoutingProfilesCommand, ListSecurityProfilePermissionsCommand, ListSecurityProfilesCommand,
  ListUserProficienciesCommand, ListUsersCommand, UpdateAgentStatusCommand, UpdateQuickConnectConfigCommand, UpdateQuickConnectNameCommand,
  UpdateRoutingProfileAgentAvailabilityTimerCommand, UpdateRoutingProfileConcurrencyCommand, UpdateRoutingProfileDefaultOutboundQueueCommand,
  UpdateRoutingProfileNameCommand, UpdateRoutingProfileQueuesCommand, UpdateSecurityProfileCommand, UpdateUserHierarchyCommand, UpdateUserIdentityInfoCommand,
  UpdateUserPhoneConfigCommand, UpdateUserProficienciesCommand, UpdateUserRoutingProfileCommand, UpdateUserSecurityProfilesCommand,
} from '@aws-sdk/client-connect';
import { startPerch } from './lib/perch.mjs';
import { settingsOf, withoutStamp } from './lib/settings.mjs';

let perch, send, pages, refused, QueueId;
before(async () => {
  perch = await startPerch();
  ({ send, pages, refused } = settingsOf(perch));
  QueueId = (await send(ListQueuesCommand)).QueueSummaryList[0].Id;
});
after(() => perch?.stop());

const chats = (Concurrency) => [{ Channel: 'CHAT', Concurrency }];
const serves = (Priority, Delay = 0) => [{ QueueReference: { QueueId, Channel: 'CHAT' }, Priority, Delay }];
const makeProfile = (Name, more) => send(CreateRoutingProfileCommand, { Name, Description: 'd', DefaultOutboundQueueId: QueueId, MediaConcurrencies: chats(2), ...more });

test('a routing profile is described as it was made, and as it was changed', async () => {
  const { RoutingProfileId, RoutingProfileArn } = await makeProfile('P', { QueueConfigs: serves(1), Tags: { a: 'b' } });
  const of = (more) => ({ RoutingProfileId, ...more });
  const describe = async () => withoutStamp((await send(DescribeRoutingProfileCommand, of())).RoutingProfile);
  const made = { InstanceId: perch.info.InstanceId, Name: 'P', RoutingProfileArn, RoutingProfileId, Description: 'd', MediaConcurrencies: chats(2), DefaultOutboundQueueId: QueueId,
    Tags: { a: 'b' }, NumberOfAssociatedQueues: 1, NumberOfAssociatedUsers: 0, AgentAvailabilityTimer: 'TIME_SINCE_LAST_ACTIVITY', IsDefault: false, AssociatedQueueIds: [QueueId] };
  assert.deepEqual(await describe(), made);
  await send(UpdateRoutingProfileNameCommand, of({ Name: 'P2', Description: 'e' }));
  await send(UpdateRoutingProfileConcurrencyCommand, of({ MediaConcurrencies: [...chats(5), { Channel: 'VOICE', Concurrency: 1 }] }));
  await send(UpdateRoutingProfileDefaultOutboundQueueCommand, of({ DefaultOutboundQueueId: QueueId }));
  await send(UpdateRoutingProfileAgentAvailabilityTimerCommand, of({ AgentAvailabilityTimer: 'TIME_SINCE_LAST_INBOUND' }));
  await send(UpdateRoutingProfileQueuesCommand, of({ QueueConfigs: serves(7, 30) }));
  assert.deepEqual(await describe(), { ...made, Name: 'P2', Description: 'e', MediaConcurrencies: [...chats(5), { Channel: 'VOICE', Concurrency: 1 }], AgentAvailabilityTimer: 'TIME_SINCE_LAST_INBOUND' });
  const [served] = await pages(ListRoutingProfileQueuesCommand, of(), 'RoutingProfileQueueConfigSummaryList');
  assert.deepEqual([served.QueueId, served.Priority, served.Delay, served.Channel], [QueueId, 7, 30, 'CHAT']);
  await send(DisassociateRoutingProfileQueuesCommand, of({ QueueReferences: [{ QueueId, Channel: 'CHAT' }] }));
  await refused(send(UpdateRoutingProfileQueuesCommand, of({ QueueConfigs: serves(7) })), 'ResourceNotFoundException', 404);
  await send(AssociateRoutingProfileQueuesCommand, of({ QueueConfigs: serves(3) }));
  await refused(makeProfile('P2'), 'DuplicateResourceException', 409);
  await refused(makeProfile('P3', { MediaConcurrencies: [{ Channel: 'VOICE', Concurrency: 1 }] }), 'InvalidParameterException', 400);
  const all = await pages(ListRoutingProfilesCommand, {}, 'RoutingProfileSummaryList');
  await refused(send(DeleteRoutingProfileCommand, { RoutingProfileId: all.find((p) => p.Id !== RoutingProfileId).Id }), 'ResourceInUseException', 409);
  await send(DeleteRoutingProfileCommand, of());
  await refused(describe(), 'ResourceNotFoundException', 404);
});

test('a user is made, signs in with the password, is changed, and goes', async () => {
  const [one, other] = [await makeProfile('U1'), await makeProfile('U2')];
  const make = (Username, more) => send(CreateUserCommand, { Username, Password: 'Correct-horse-7', SecurityProfileIds: ['Agent'], RoutingProfileId: one.RoutingProfileId, ...more });
  const IdentityInfo = { FirstName: 'Grace', LastName: 'Hopper', Email: 'grace@example.com' };
  const PhoneConfig = { PhoneType: 'SOFT_PHONE', AutoAccept: true, AfterContactWorkTimeLimit: 30 };
  const { UserId, UserArn } = await make('grace', { IdentityInfo, PhoneConfig, Tags: { a: 'b' } });
  const of = (more) => ({ UserId, ...more });
  const describe = async () => withoutStamp((await send(DescribeUserCommand, of())).User);
  const made = await describe();
  assert.deepEqual([made.Id, made.Arn, made.Username, made.IdentityInfo, made.PhoneConfig, made.SecurityProfileIds, made.RoutingProfileId, made.Tags],
    [UserId, UserArn, 'grace', IdentityInfo, PhoneConfig, ['Agent'], one.RoutingProfileId, { a: 'b' }]);
  const signIn = () => fetch(`${perch.info.Endpoint}/agent/login`, { method: 'POST', body: JSON.stringify({ Username: 'grace', Password: 'Correct-horse-7' }) });
  const signedIn = await signIn();
  assert.equal(signedIn.status, 200);
  assert.equal((await signedIn.json()).User.DisplayName, 'Grace Hopper');

  await send(UpdateUserRoutingProfileCommand, of({ RoutingProfileId: other.RoutingProfileArn }));
  await send(UpdateUserSecurityProfilesCommand, of({ SecurityProfileIds: ['Supervisor'] }));
  await send(UpdateUserIdentityInfoCommand, of({ IdentityInfo: { FirstName: 'G.' } }));
  await send(UpdateUserPhoneConfigCommand, of({ PhoneConfig: { PhoneType: 'SOFT_PHONE' } }));
  const now = await describe();
  assert.deepEqual([now.RoutingProfileId, now.SecurityProfileIds, now.IdentityInfo, now.PhoneConfig], [other.RoutingProfileId, ['Supervisor'], { FirstName: 'G.' }, { PhoneType: 'SOFT_PHONE' }]);
  await refused(send(UpdateUserHierarchyCommand, of({ HierarchyGroupId: 'x' })), 'InvalidRequestException', 400);
  await refused(make('grace'), 'DuplicateResourceException', 409);
  await refused(make('weak', { Password: 'x' }), 'InvalidParameterException', 400);
  await refused(make('nobody', { SecurityProfileIds: ['x'] }), 'InvalidParameterException', 400);

  const UserProficiencies = [{ AttributeName: 'language', AttributeValue: 'en', Level: 3 }];
  await send(CreatePredefinedAttributeCommand, { Name: 'language', Values: { StringList: ['en'] } });
  await send(AssociateUserProficienciesCommand, of({ UserProficiencies }));
  await send(UpdateUserProficienciesCommand, of({ UserProficiencies: [{ ...UserProficiencies[0], Level: 5 }] }));
  assert.deepEqual(await pages(ListUserProficienciesCommand, of(), 'UserProficiencyList'), [{ ...UserProficiencies[0], Level: 5 }]);
  await send(DisassociateUserProficienciesCommand, of({ UserProficiencies: [{ AttributeName: 'language', AttributeValue: 'en' }] }));
  await refused(send(UpdateUserProficienciesCommand, of({ UserProficiencies })), 'ResourceNotFoundException', 404);

  assert.equal((await pages(ListUsersCommand, {}, 'UserSummaryList')).filter((u) => u.Username === 'grace').length, 1);
  await send(DeleteUserCommand, of());
  await refused(describe(), 'ResourceNotFoundException', 404);
  assert.equal((await signIn()).status, 401);
});

test('security profiles say who plays which part', async () => {
  const { SecurityProfileId } = await send(CreateSecurityProfileCommand, { SecurityProfileName: 'Leads', Description: 'd', Permissions: ['BasicAgentAccess', 'ManagerListenIn'] });
  assert.equal((await send(DescribeSecurityProfileCommand, { SecurityProfileId })).SecurityProfile.SecurityProfileName, 'Leads');
  assert.deepEqual(await pages(ListSecurityProfilePermissionsCommand, { SecurityProfileId }, 'Permissions'), ['BasicAgentAccess', 'ManagerListenIn']);
  await send(UpdateSecurityProfileCommand, { SecurityProfileId, Permissions: [] });
  assert.deepEqual((await send(ListSecurityProfilePermissionsCommand, { SecurityProfileId })).Permissions, []);
  const all = await pages(ListSecurityProfilesCommand, {}, 'SecurityProfileSummaryList');
  assert.deepEqual(all.map((p) => p.Name), ['Admin', 'Agent', 'Leads', 'Supervisor']);
  await refused(send(DeleteSecurityProfileCommand, { SecurityProfileId: 'Agent' }), 'ResourceInUseException', 409);
  await refused(send(CreateSecurityProfileCommand, { SecurityProfileName: 'Leads' }), 'DuplicateResourceException', 409);
  await refused(send(CreateSecurityProfileCommand, { SecurityProfileName: 'Léads.2' }), 'InvalidParameterException', 400);
  await send(DeleteSecurityProfileCommand, { SecurityProfileId });
  await refused(send(DescribeSecurityProfileCommand, { SecurityProfileId }), 'ResourceNotFoundException', 404);
});

test('statuses and quick connects', async () => {
  const { AgentStatusId, AgentStatusARN } = await send(CreateAgentStatusCommand, { Name: 'Lunch', State: 'ENABLED', DisplayOrder: 3, Description: 'd' });
  await send(UpdateAgentStatusCommand, { AgentStatusId, Name: 'Break', State: 'DISABLED', Description: '' });
  const { AgentStatus } = await send(DescribeAgentStatusCommand, { AgentStatusId });
  assert.deepEqual(withoutStamp(AgentStatus), { AgentStatusARN, AgentStatusId, Name: 'Break', Type: 'CUSTOM', DisplayOrder: 3, State: 'DISABLED' });
  await refused(send(CreateAgentStatusCommand, { Name: 'Break', State: 'ENABLED' }), 'DuplicateResourceException', 409);
  assert.deepEqual((await pages(ListAgentStatusesCommand, { AgentStatusTypes: ['ROUTABLE', 'OFFLINE'] }, 'AgentStatusSummaryList')).map((s) => s.Name), ['Available', 'Offline']);

  const { ContactFlowSummaryList: [{ Id: ContactFlowId }] } = await send(ListContactFlowsCommand, { ContactFlowTypes: ['QUEUE_TRANSFER'] });
  const QuickConnectConfig = { QuickConnectType: 'QUEUE', QueueConfig: { QueueId, ContactFlowId } };
  const { QuickConnectId, QuickConnectARN } = await send(CreateQuickConnectCommand, { Name: 'Desk', QuickConnectConfig, Tags: { a: 'b' } });
  await send(UpdateQuickConnectNameCommand, { QuickConnectId, Name: 'Front desk', Description: 'd' });
  await send(UpdateQuickConnectConfigCommand, { QuickConnectId, QuickConnectConfig });
  const { QuickConnect } = await send(DescribeQuickConnectCommand, { QuickConnectId });
  assert.deepEqual(withoutStamp(QuickConnect), { QuickConnectARN, QuickConnectId, Name: 'Front desk', Description: 'd', QuickConnectConfig, Tags: { a: 'b' } });
  await refused(send(CreateQuickConnectCommand, { Name: 'Call', QuickConnectConfig: { QuickConnectType: 'PHONE_NUMBER', PhoneConfig: { PhoneNumber: '+1' } } }), 'InvalidRequestException', 400);
  assert.equal((await pages(ListQuickConnectsCommand, { QuickConnectTypes: ['QUEUE'] }, 'QuickConnectSummaryList')).filter((q) => q.Id === QuickConnectId).length, 1);
  await send(DeleteQuickConnectCommand, { QuickConnectId });
  await refused(send(DescribeQuickConnectCommand, { QuickConnectId }), 'ResourceNotFoundException', 404);
});
