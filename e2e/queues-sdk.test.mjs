// Queues and hours of operation, with the stock SDK.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  AssociateQueueQuickConnectsCommand, CreateContactFlowCommand, CreateHoursOfOperationCommand, CreateHoursOfOperationOverrideCommand, CreateQueueCommand,
  DeleteHoursOfOperationCommand, DeleteHoursOfOperationOverrideCommand, DeleteQueueCommand, DescribeHoursOfOperationCommand,
  DescribeContactCommand, DescribeHoursOfOperationOverrideCommand, DescribeQueueCommand, DisassociateQueueQuickConnectsCommand, GetEffectiveHoursOfOperationsCommand,
  ListHoursOfOperationOverridesCommand, ListHoursOfOperationsCommand, ListQueueQuickConnectsCommand, ListQueuesCommand, ListTagsForResourceCommand,
  StartChatContactCommand, StopContactCommand, TagResourceCommand, UntagResourceCommand, UpdateHoursOfOperationCommand, UpdateHoursOfOperationOverrideCommand, UpdateQueueHoursOfOperationCommand,
  UpdateQueueMaxContactsCommand, UpdateQueueNameCommand, UpdateQueueOutboundCallerConfigCommand, UpdateQueueStatusCommand,
} from '@aws-sdk/client-connect';
import { startPerch } from './lib/perch.mjs';
import { settingsOf, withoutStamp } from './lib/settings.mjs';
import { eventually } from './lib/wait.mjs';

let perch, send, pages, refused;
before(async () => {
  perch = await startPerch();
  ({ send, pages, refused } = settingsOf(perch));
});
after(() => perch?.stop());

const slot = (Day, from, to) => ({ Day, StartTime: { Hours: from, Minutes: 0 }, EndTime: { Hours: to, Minutes: 30 } });
const makeHours = (Name, more) => send(CreateHoursOfOperationCommand, { Name, TimeZone: 'Europe/Berlin', Config: [slot('MONDAY', 9, 17)], ...more });

test('a queue in which somebody waits is not deleted, and one that is disabled takes nobody', async () => {
  const { HoursOfOperationId } = (await pages(ListHoursOfOperationsCommand, {}, 'HoursOfOperationSummaryList')).map((h) => ({ HoursOfOperationId: h.Id }))[0];
  const { QueueId } = await send(CreateQueueCommand, { Name: 'Waiting room', HoursOfOperationId });
  const action = (Identifier, Type, Parameters, Transitions) => ({ Identifier, Type, Parameters, Transitions });
  const failing = (NextAction) => [{ ErrorType: 'NoMatchingError', NextAction }];
  const Content = JSON.stringify({ Version: '2019-10-30', StartAction: 'queue', Actions: [
    action('queue', 'UpdateContactTargetQueue', { QueueId: '$.Attributes.queue' }, { NextAction: 'wait', Errors: failing('end') }),
    action('wait', 'TransferContactToQueue', {}, { NextAction: 'end', Errors: [{ ErrorType: 'QueueAtCapacity', NextAction: 'end' }, ...failing('end')] }),
    action('end', 'DisconnectParticipant', {}, {}),
  ] });
  const { ContactFlowId } = await send(CreateContactFlowCommand, { Name: 'To a queue', Type: 'CONTACT_FLOW', Content });
  const start = async () => (await send(StartChatContactCommand, { ContactFlowId, ParticipantDetails: { DisplayName: 'Ada' }, Attributes: { queue: QueueId } })).ContactId;
  const contact = async (ContactId) => (await send(DescribeContactCommand, { ContactId })).Contact;
  const waiting = await start();
  await eventually(async () => (await contact(waiting)).QueueInfo?.EnqueueTimestamp, 'a contact in the queue');
  await refused(send(DeleteQueueCommand, { QueueId }), 'ResourceInUseException', 409);
  await send(UpdateQueueStatusCommand, { QueueId, Status: 'DISABLED' });
  const turnedAway = await start();
  await eventually(async () => (await contact(turnedAway)).DisconnectTimestamp, 'the end of a chat for which no queue is open');
  await send(StopContactCommand, { ContactId: waiting });
  await send(DeleteQueueCommand, { QueueId });
  await refused(send(DescribeQueueCommand, { QueueId }), 'ResourceNotFoundException', 404);
});

test('a queue is described as it was made, and as it was changed', async () => {
  const { HoursOfOperationId } = await makeHours('Of the shop');
  const OutboundCallerConfig = { OutboundCallerIdName: 'Shop' };
  const { QueueId, QueueArn } = await send(CreateQueueCommand, { Name: 'Shop', Description: 'd', HoursOfOperationId, MaxContacts: 7, OutboundCallerConfig, Tags: { team: 'a' } });
  const describe = async (id = QueueId) => withoutStamp((await send(DescribeQueueCommand, { QueueId: id })).Queue);
  const made = { Name: 'Shop', QueueArn, QueueId, Description: 'd', HoursOfOperationId, MaxContacts: 7, OutboundCallerConfig, Status: 'ENABLED', Tags: { team: 'a' } };
  assert.deepEqual(await describe(), made);
  assert.deepEqual(await describe(QueueArn), made);

  const other = await makeHours('Others');
  await send(UpdateQueueNameCommand, { QueueId, Name: 'Store', Description: 'e' });
  await send(UpdateQueueStatusCommand, { QueueId, Status: 'DISABLED' });
  await send(UpdateQueueHoursOfOperationCommand, { QueueId, HoursOfOperationId: other.HoursOfOperationArn });
  await send(UpdateQueueMaxContactsCommand, { QueueId, MaxContacts: 9 });
  await send(UpdateQueueOutboundCallerConfigCommand, { QueueId, OutboundCallerConfig: { OutboundCallerIdName: 'Store' } });
  assert.deepEqual(await describe(), { ...made, Name: 'Store', Description: 'e', Status: 'DISABLED', HoursOfOperationId: other.HoursOfOperationId,
    MaxContacts: 9, OutboundCallerConfig: { OutboundCallerIdName: 'Store' } });

  await send(TagResourceCommand, { resourceArn: QueueArn, tags: { b: 'c' } });
  await send(UntagResourceCommand, { resourceArn: QueueArn, tagKeys: ['team'] });
  assert.deepEqual((await send(ListTagsForResourceCommand, { resourceArn: QueueArn })).tags, { b: 'c' });

  await refused(send(DeleteHoursOfOperationCommand, other), 'InvalidRequestException', 400);
  await send(DeleteQueueCommand, { QueueId });
  await refused(describe(), 'ResourceNotFoundException', 404);
  await refused(send(ListTagsForResourceCommand, { resourceArn: QueueArn }), 'ResourceNotFoundException', 404);
  await send(DeleteHoursOfOperationCommand, other);
});

test('queues come in pages, have names of their own, and stay while they are in use', async () => {
  const { HoursOfOperationId } = await makeHours('Of many');
  for (const Name of ['Q1', 'Q2', 'Q3', 'Q4']) await send(CreateQueueCommand, { Name, HoursOfOperationId });
  const all = await pages(ListQueuesCommand, { QueueTypes: ['STANDARD'] }, 'QueueSummaryList');
  assert.ok(['Q1', 'Q2', 'Q3', 'Q4'].every((name) => all.filter((q) => q.Name === name && q.QueueType === 'STANDARD').length === 1));
  assert.deepEqual((await send(ListQueuesCommand, { QueueTypes: ['AGENT'] })).QueueSummaryList, []);
  await refused(send(ListQueuesCommand, { NextToken: 'x' }), 'InvalidParameterException', 400);
  await refused(send(CreateQueueCommand, { Name: 'Q1', HoursOfOperationId }), 'DuplicateResourceException', 409);
  await refused(send(CreateQueueCommand, { Name: 'Q9', HoursOfOperationId: 'x' }), 'InvalidParameterException', 400);
  await refused(send(UpdateQueueNameCommand, { QueueId: all.find((q) => q.Name === 'Q2').Id, Name: 'Q1' }), 'DuplicateResourceException', 409);
  await refused(send(DeleteQueueCommand, { QueueId: all.find((q) => q.Name === 'Basic queue').Id }), 'ResourceInUseException', 409);
  for (let n = all.length; n < 100; n++) await send(CreateQueueCommand, { Name: `More ${n}`, HoursOfOperationId });
  await refused(send(CreateQueueCommand, { Name: 'One too many', HoursOfOperationId }), 'LimitExceededException', 429);
});

test('a queue has quick connects', async () => {
  const { QueueSummaryList: [{ Id: QueueId }] } = await send(ListQueuesCommand);
  await refused(send(AssociateQueueQuickConnectsCommand, { QueueId, QuickConnectIds: ['x'] }), 'InvalidParameterException', 400);
  await send(DisassociateQueueQuickConnectsCommand, { QueueId, QuickConnectIds: ['x'] });
  assert.deepEqual(await pages(ListQueueQuickConnectsCommand, { QueueId }, 'QuickConnectSummaryList'), []);
});

test('hours are described as they were made, and overrides take their place', async () => {
  const Config = [slot('MONDAY', 9, 17), slot('FRIDAY', 22, 2)];
  const { HoursOfOperationId, HoursOfOperationArn } = await makeHours('Weekly', { Config, Description: 'd', Tags: { a: 'b' } });
  const describe = async () => withoutStamp((await send(DescribeHoursOfOperationCommand, { HoursOfOperationId })).HoursOfOperation);
  const made = { HoursOfOperationId, HoursOfOperationArn, Name: 'Weekly', Description: 'd', TimeZone: 'Europe/Berlin', Config, Tags: { a: 'b' } };
  assert.deepEqual(await describe(), made);
  await send(UpdateHoursOfOperationCommand, { HoursOfOperationId, Name: 'Every week', Description: '', TimeZone: 'UTC', Config: [slot('MONDAY', 8, 16)] });
  const { Description, ...rest } = made;
  assert.deepEqual(await describe(), { ...rest, Name: 'Every week', TimeZone: 'UTC', Config: [slot('MONDAY', 8, 16)] });
  await refused(makeHours('Every week'), 'DuplicateResourceException', 409);
  await refused(makeHours('Nowhere', { TimeZone: 'Nowhere' }), 'InvalidParameterException', 400);
  const all = await pages(ListHoursOfOperationsCommand, {}, 'HoursOfOperationSummaryList');
  assert.equal(all.filter((h) => h.Arn === HoursOfOperationArn).length, 1);

  const of = (more) => ({ HoursOfOperationId, ...more });
  const feast = { Name: 'Feast', Description: 'x', Config: [], EffectiveFrom: '2030-01-07', EffectiveTill: '2030-01-07' }; // a Monday
  const { HoursOfOperationOverrideId } = await send(CreateHoursOfOperationOverrideCommand, of(feast));
  const override = async () => (await send(DescribeHoursOfOperationOverrideCommand, of({ HoursOfOperationOverrideId }))).HoursOfOperationOverride;
  assert.deepEqual(await override(), { ...feast, HoursOfOperationOverrideId, HoursOfOperationId, HoursOfOperationArn, OverrideType: 'STANDARD' });
  const on = (date) => send(GetEffectiveHoursOfOperationsCommand, of({ FromDate: date, ToDate: date }));
  assert.deepEqual((await on('2030-01-07')).EffectiveHoursOfOperationList[0].OperationalHours, []);
  assert.deepEqual((await on('2030-01-14')).EffectiveHoursOfOperationList, [{ Date: '2030-01-14', OperationalHours: [{ Start: { Hours: 8, Minutes: 0 }, End: { Hours: 16, Minutes: 30 } }] }]);
  await send(UpdateHoursOfOperationOverrideCommand, of({ HoursOfOperationOverrideId, Config: [slot('MONDAY', 10, 12)] }));
  const [changed] = (await on('2030-01-07')).EffectiveOverrideHoursList;
  assert.deepEqual(changed, { Date: '2030-01-07', OverrideHours: [{ Start: { Hours: 10, Minutes: 0 }, End: { Hours: 12, Minutes: 30 }, OverrideName: 'Feast', OperationalStatus: 'OPEN' }] });
  await refused(on('2030-13-01'), 'InvalidParameterException', 400);

  await refused(send(CreateHoursOfOperationOverrideCommand, of(feast)), 'DuplicateResourceException', 409);
  await refused(send(CreateHoursOfOperationOverrideCommand, of({ ...feast, Name: 'Never', EffectiveTill: '2030-01-01' })), 'InvalidParameterException', 400);
  await refused(send(CreateHoursOfOperationOverrideCommand, of({ ...feast, Name: 'Yearly', RecurrenceConfig: { RecurrencePattern: { Frequency: 'YEARLY', Interval: 1 } } })), 'InvalidRequestException', 400);
  for (let n = 1; n < 50; n++) await send(CreateHoursOfOperationOverrideCommand, of({ ...feast, Name: `Feast ${n}` }));
  await refused(send(CreateHoursOfOperationOverrideCommand, of({ ...feast, Name: 'One too many' })), 'LimitExceededException', 429);
  assert.equal((await pages(ListHoursOfOperationOverridesCommand, of({}), 'HoursOfOperationOverrideList')).length, 50);
  await send(DeleteHoursOfOperationOverrideCommand, of({ HoursOfOperationOverrideId }));
  await refused(override(), 'ResourceNotFoundException', 404);
  await send(DeleteHoursOfOperationCommand, of({}));
  await refused(describe(), 'ResourceNotFoundException', 404);
});
