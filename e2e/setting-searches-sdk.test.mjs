// The searches of settings, with the stock SDK.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  AssociateUserProficienciesCommand, CreateAgentStatusCommand, CreateContactFlowCommand, CreateContactFlowModuleCommand, CreateHoursOfOperationCommand, CreatePredefinedAttributeCommand, CreateQueueCommand,
  CreateQuickConnectCommand, CreateRoutingProfileCommand, CreateSecurityProfileCommand, CreateUserCommand, CreateViewCommand, ListContactFlowsCommand, SearchAgentStatusesCommand,
  SearchContactFlowModulesCommand, SearchContactFlowsCommand, SearchHoursOfOperationsCommand, SearchQueuesCommand, SearchQuickConnectsCommand, SearchRoutingProfilesCommand,
  SearchSecurityProfilesCommand, SearchUsersCommand, SearchViewsCommand,
} from '@aws-sdk/client-connect';
import { startPerch } from './lib/perch.mjs';
import { settingsOf } from './lib/settings.mjs';

let perch, send, pages, refused, Hours, Queue, Profile, User;
const Tags = { team: 'blue' };
before(async () => {
  perch = await startPerch();
  ({ send, pages, refused } = settingsOf(perch));
  Hours = await send(CreateHoursOfOperationCommand, { Name: 'Paris hours', TimeZone: 'Europe/Paris', Config: [], Tags });
  for (const Name of ['Blue one', 'Blue two', 'Blue three']) {
    Queue = await send(CreateQueueCommand, { Name, Description: `${Name} waits`, HoursOfOperationId: Hours.HoursOfOperationId, Tags: Name === 'Blue two' ? undefined : Tags });
  }
  Profile = await send(CreateRoutingProfileCommand, { Name: 'Blue profile', Description: 'd', DefaultOutboundQueueId: Queue.QueueId, MediaConcurrencies: [{ Channel: 'CHAT', Concurrency: 2 }],
    QueueConfigs: [{ QueueReference: { QueueId: Queue.QueueId, Channel: 'CHAT' }, Priority: 1, Delay: 0 }], Tags });
  User = await send(CreateUserCommand, { Username: 'grace', IdentityInfo: { FirstName: 'Grace', LastName: 'Hopper' }, SecurityProfileIds: ['Agent'], RoutingProfileId: Profile.RoutingProfileId,
    PhoneConfig: { PhoneType: 'SOFT_PHONE', AfterContactWorkTimeLimit: 30 }, Tags });
  await send(CreatePredefinedAttributeCommand, { Name: 'language', Values: { StringList: ['fr'] } });
  await send(AssociateUserProficienciesCommand, { UserId: User.UserId, UserProficiencies: [{ AttributeName: 'language', AttributeValue: 'fr', Level: 4 }] });
});
after(() => perch?.stop());

const text = (FieldName, Value, ComparisonType = 'EXACT') => ({ StringCondition: { FieldName, Value, ComparisonType } });
const tagged = { TagFilter: { TagCondition: { TagKey: 'team', TagValue: 'blue' } } };
const attributes = { AttributeFilter: { TagCondition: { TagKey: 'team', TagValue: 'blue' } } };
/** The names of what is found, all pages of it; each page tells how many there are in all. */
const names = async (Command, list, more, name = 'Name') => {
  const all = await pages(Command, more, list);
  assert.equal((await send(Command, more)).ApproximateTotalCount, all.length);
  return all.map((each) => each[name]);
};

test('queues are found by criteria in criteria, by tags, and page by page', async () => {
  const find = (SearchCriteria, SearchFilter) => names(SearchQueuesCommand, 'Queues', { SearchCriteria, SearchFilter });
  assert.deepEqual(await find(text('name', 'blue', 'STARTS_WITH')), ['Blue one', 'Blue three', 'Blue two']);
  assert.deepEqual(await find(text('description', 'two w', 'CONTAINS')), ['Blue two']);
  assert.deepEqual(await find(text('resourceID', Queue.QueueId)), ['Blue three']);
  assert.deepEqual(await find(undefined, tagged), ['Blue one', 'Blue three']);
  assert.deepEqual(await find({ AndConditions: [{ QueueTypeCondition: 'STANDARD' }, { OrConditions: [text('name', 'Blue one'), text('name', 'Blue two')] }] }), ['Blue one', 'Blue two']);
  const [shown] = (await send(SearchQueuesCommand, { SearchCriteria: text('name', 'Blue one') })).Queues;
  assert.deepEqual([shown.HoursOfOperationId, shown.Status, shown.Tags], [Hours.HoursOfOperationId, 'ENABLED', Tags]);
});

test('what a search cannot compare is refused', async () => {
  const refuse = (SearchCriteria, more) => refused(send(SearchQueuesCommand, { SearchCriteria, ...more }), 'InvalidParameterException', 400);
  await refuse(text('colour', 'blue'));
  await refuse(text('name', 'b', 'CONTAINS'));
  await refuse({}, { NextToken: 'x' });
  await refuse({}, { MaxResults: 501 });
  await refuse({ QueueTypeCondition: 'AGENT' });
  let deep = text('name', 'Blue one');
  for (let level = 0; level < 6; level++) deep = { AndConditions: [deep] };
  assert.equal((await send(SearchQueuesCommand, { SearchCriteria: deep })).ApproximateTotalCount, 1);
  await refuse({ OrConditions: [deep] });
  await refused(perch.connect.send(new SearchQueuesCommand({ InstanceId: 'a45f2f2c-0000-4000-8000-000000000000' })), 'ResourceNotFoundException', 404);
});

test('users are found by who they are, by what they may and by what they are good at', async () => {
  const find = (SearchCriteria, SearchFilter) => names(SearchUsersCommand, 'Users', { SearchCriteria, SearchFilter }, 'Username');
  const speaks = (MinValue) => ({ ListCondition: { TargetListType: 'PROFICIENCIES', Conditions: [text('name', 'language'),
    { NumberCondition: { FieldName: 'level', MinValue, ComparisonType: 'GREATER_OR_EQUAL' } }] } });
  assert.deepEqual(await find(text('FirstName', 'gra', 'STARTS_WITH')), ['grace']);
  assert.deepEqual(await find(text('RoutingProfileId', Profile.RoutingProfileId)), ['grace']);
  assert.ok((await find(text('SecurityProfileId', 'Agent'))).length > 1);
  assert.deepEqual(await find(speaks(4)), ['grace']);
  assert.deepEqual(await find(speaks(5)), []);
  assert.deepEqual(await find({ HierarchyGroupCondition: { Value: 'x', HierarchyGroupMatchType: 'EXACT' } }), []);
  assert.deepEqual(await find({}, { UserAttributeFilter: { AndCondition: { TagConditions: [{ TagKey: 'team', TagValue: 'blue' }] } } }), ['grace']);
  const [shown] = (await send(SearchUsersCommand, { SearchCriteria: text('Username', 'grace') })).Users;
  assert.deepEqual([shown.Id, shown.IdentityInfo.LastName, shown.PhoneConfig.AfterContactWorkTimeLimit], [User.UserId, 'Hopper', 30000]);
});

test('settings of other kinds are found by name, by tag and by what is theirs', async () => {
  const flow = (await send(ListContactFlowsCommand, { ContactFlowTypes: ['QUEUE_TRANSFER'] })).ContactFlowSummaryList[0];
  await send(CreateQuickConnectCommand, { Name: 'To blue', QuickConnectConfig: { QuickConnectType: 'QUEUE', QueueConfig: { QueueId: Queue.QueueId, ContactFlowId: flow.Id } }, Tags });
  await send(CreateSecurityProfileCommand, { SecurityProfileName: 'Blue team', Permissions: ['BasicAgentAccess'], Tags });
  await send(CreateAgentStatusCommand, { Name: 'Lunch', State: 'DISABLED', DisplayOrder: 7, Tags });
  const by = async (Command, list, SearchCriteria, want, SearchFilter = tagged, name) => {
    assert.deepEqual(await names(Command, list, { SearchCriteria }, name), want);
    assert.deepEqual(await names(Command, list, { SearchFilter }, name), want);
  };
  await by(SearchRoutingProfilesCommand, 'RoutingProfiles', text('associatedQueueIds', Queue.QueueId), ['Blue profile']);
  await by(SearchQuickConnectsCommand, 'QuickConnects', text('name', 'to ', 'STARTS_WITH'), ['To blue']);
  await by(SearchHoursOfOperationsCommand, 'HoursOfOperations', text('timezone', 'Europe/Paris'), ['Paris hours']);
  await by(SearchSecurityProfilesCommand, 'SecurityProfiles', text('name', 'team', 'CONTAINS'), ['Blue team'], tagged, 'SecurityProfileName');
  await by(SearchAgentStatusesCommand, 'AgentStatuses', { AndConditions: [text('state', 'DISABLED'), text('displayOrder', '7')] }, ['Lunch'], attributes);
  assert.deepEqual(await names(SearchAgentStatusesCommand, 'AgentStatuses', { SearchCriteria: text('type', 'ROUTABLE') }), ['Available']);
});

test('flows, modules and views are found by type, state and status, without their contents', async () => {
  const Content = JSON.stringify({ Version: '2019-10-30', StartAction: 'a', Actions: [{ Identifier: 'a', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} }] });
  await send(CreateContactFlowCommand, { Name: 'Blue flow', Type: 'CUSTOMER_QUEUE', Content, Status: 'SAVED', Tags });
  await send(CreateContactFlowModuleCommand, { Name: 'Blue module', Content: Content.replace('DisconnectParticipant', 'EndFlowModuleExecution'), Tags });
  await send(CreateViewCommand, { Name: 'Blue view', Status: 'SAVED', Content: { Template: '{}', Actions: [] }, Tags });
  const flows = (SearchCriteria, SearchFilter) => names(SearchContactFlowsCommand, 'ContactFlows', { SearchCriteria, SearchFilter });
  assert.deepEqual(await flows({ AndConditions: [{ TypeCondition: 'CUSTOMER_QUEUE' }, { StatusCondition: 'SAVED' }, { StateCondition: 'ACTIVE' }] }), ['Blue flow']);
  assert.deepEqual(await flows({}, { FlowAttributeFilter: { AndCondition: { TagConditions: [{ TagKey: 'team' }], ContactFlowTypeCondition: { ContactFlowType: 'CUSTOMER_QUEUE' } } } }), ['Blue flow']);
  assert.deepEqual(await names(SearchContactFlowModulesCommand, 'ContactFlowModules', { SearchCriteria: { StatusCondition: 'PUBLISHED' }, SearchFilter: tagged }), ['Blue module']);
  assert.deepEqual(await names(SearchViewsCommand, 'Views', { SearchCriteria: { ViewTypeCondition: 'CUSTOMER_MANAGED' } }), ['Blue view']);
  assert.deepEqual(await names(SearchViewsCommand, 'Views', { SearchCriteria: { ViewStatusCondition: 'SAVED' }, SearchFilter: attributes }), ['Blue view']);
  const [found] = (await send(SearchContactFlowsCommand, { SearchFilter: tagged })).ContactFlows;
  assert.deepEqual([found.Name, found.Status, found.Content], ['Blue flow', 'SAVED', undefined]);
});
