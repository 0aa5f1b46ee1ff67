// What queues and agents look like now, and what came of contacts, with the stock SDK.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GetCurrentMetricDataCommand, GetCurrentUserDataCommand, GetMetricDataV2Command } from '@aws-sdk/client-connect';
import { describe, open, take } from './lib/chat.mjs';
import { startPerch } from './lib/perch.mjs';

let perch; let ana;
before(async () => {
  perch = await startPerch();
  [ana] = await perch.agents();
});
after(() => perch?.stop());

const send = (Command, more) => perch.connect.send(new Command({ InstanceId: perch.info.InstanceId, ...more }));

test('figures of a queue, and what its agents do', async () => {
  const chat = await open(perch);
  const { QueueInfo } = await describe(perch, chat.contactId);
  const metrics = ['CONTACTS_IN_QUEUE', 'AGENTS_ONLINE', 'AGENTS_ON_CONTACT', 'SLOTS_AVAILABLE'];
  const figures = async () => {
    const now = await send(GetCurrentMetricDataCommand, { Filters: { Queues: [QueueInfo.Id], Channels: ['CHAT'] }, Groupings: ['QUEUE'],
      CurrentMetrics: metrics.map((Name) => ({ Name, Unit: 'COUNT' })) });
    assert.ok(now.DataSnapshotTime instanceof Date);
    const [of] = now.MetricResults;
    assert.equal(of.Dimensions.Queue.Id, QueueInfo.Id);
    return of.Collections.map((each) => each.Value);
  };
  assert.deepEqual(await figures(), [1, 0, 0, 0]);
  await ana.status('Available');
  await take(perch, ana, chat.contactId, chat.customer);
  assert.deepEqual(await figures(), [0, 1, 1, 4]);

  const { UserDataList, ApproximateTotalCount } = await send(GetCurrentUserDataCommand, { Filters: { Queues: [QueueInfo.Id] } });
  assert.equal(ApproximateTotalCount, 1);
  const [row] = UserDataList;
  assert.deepEqual([row.User.Id, row.Status.StatusName, row.MaxSlotsByChannel.CHAT, row.ActiveSlotsByChannel.CHAT, row.AvailableSlotsByChannel.CHAT],
    [ana.user.Id, 'Available', 5, 1, 4]);
  const [contact] = row.Contacts;
  assert.deepEqual([contact.ContactId, contact.AgentContactState, contact.Channel, contact.Queue.Id], [chat.contactId, 'CONNECTED', 'CHAT', QueueInfo.Id]);
  assert.ok(contact.StateStartTimestamp instanceof Date);
  await assert.rejects(send(GetCurrentMetricDataCommand, { Filters: {}, CurrentMetrics: [{ Name: 'AGENTS_ONLINE' }] }), { name: 'InvalidParameterException' });
});

test('figures of a time, by agent', async () => {
  const request = { ResourceArn: perch.info.InstanceId, StartTime: new Date(Date.now() - 3_600_000), EndTime: new Date(Date.now() + 60_000),
    Filters: [{ FilterKey: 'CHANNEL', FilterValues: ['CHAT'] }] };
  const { MetricResults: [all] } = await perch.connect.send(new GetMetricDataV2Command({ ...request,
    Metrics: [{ Name: 'CONTACTS_CREATED' }, { Name: 'SERVICE_LEVEL', Threshold: [{ Comparison: 'LT', ThresholdValue: 60 }] }] }));
  assert.equal(all.Collections[0].Value, 1);
  assert.equal(all.Collections[1].Value, undefined);
  const { MetricResults: [mine] } = await perch.connect.send(new GetMetricDataV2Command({ ...request, Groupings: ['AGENT'], Metrics: [{ Name: 'CONTACTS_QUEUED' }] }));
  assert.deepEqual([mine.Dimensions.AGENT, mine.Collections[0].Value], [ana.user.Id, 1]);
  await assert.rejects(perch.connect.send(new GetMetricDataV2Command({ ...request, Metrics: [{ Name: 'SMILES' }] })), { name: 'InvalidParameterException' });
});
