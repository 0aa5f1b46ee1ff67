// Who has which contact and who waits where, with the stock SDK: watching, offering, clearing, statuses, places in queues.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  AssociateContactWithUserCommand, DismissUserContactCommand, MonitorContactCommand, PutUserStatusCommand, UpdateContactRoutingDataCommand,
} from '@aws-sdk/client-connect';
import { signIn } from './lib/agent.mjs';
import { describe, open, say, take } from './lib/chat.mjs';
import { CONTENT, event, message } from './lib/items.mjs';
import { Participant } from './lib/participant.mjs';
import { binary, startPerch } from './lib/perch.mjs';
import { eventually } from './lib/wait.mjs';

let perch; let dir; let ana; let ben; let boss;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'perch-routing-'));
  perch = await startPerch({ dataDir: dir });
  await perch.stop();
  const made = execFileSync(binary, ['user', 'create', '--instance', perch.info.InstanceId, 'boss@example.com', '--name', 'Bo', '--as', 'Supervisor', '--data', dir, '--json'], { encoding: 'utf8' });
  perch = await startPerch({ dataDir: dir });
  [ana, ben] = await perch.agents();
  boss = await signIn(perch.endpoint, { Username: 'boss@example.com', Password: JSON.parse(made).Password });
});
after(async () => {
  await perch?.stop();
  await rm(dir, { recursive: true, force: true });
});

const send = (Command, more) => perch.connect.send(new Command({ InstanceId: perch.info.InstanceId, ...more }));
const refused = (promise, name, status) => assert.rejects(promise, (error) => {
  assert.equal(error.name, name, error.message);
  assert.equal(error.$metadata.httpStatusCode, status);
  return true;
});

test('a supervisor is put on a contact, watches unseen, and barges in', async () => {
  const chat = await open(perch);
  await send(AssociateContactWithUserCommand, { ContactId: chat.contactId, UserId: ana.user.Id });
  const agent = await take(perch, ana, chat.contactId, chat.customer);
  await refused(send(MonitorContactCommand, { ContactId: chat.contactId, UserId: ben.user.Id }), 'InvalidRequestException', 400);
  const watched = await send(MonitorContactCommand, { ContactId: chat.contactId, UserId: boss.user.Id, AllowedMonitorCapabilities: ['SILENT_MONITOR', 'BARGE'] });
  assert.equal(watched.ContactId, chat.contactId);
  assert.ok(watched.ContactArn.endsWith(`/contact/${chat.contactId}`), watched.ContactArn);
  const [shown] = (await boss.work()).Monitors;
  assert.deepEqual([shown.ContactId, shown.Capability, shown.MayBarge], [chat.contactId, 'SILENT_MONITOR', true]);
  const watcher = await Participant.join(perch, await boss.monitor(chat.contactId), { agent: true });
  await say(agent, 'How can I help?', chat.customer, watcher);
  await assert.rejects(watcher.say('psst'), { name: 'AccessDeniedException' });
  await boss.barge(chat.contactId);
  for (const person of [chat.customer, agent]) {
    await person.sees(event(CONTENT.joined, { ParticipantRole: 'SUPERVISOR', DisplayName: 'Bo' }), 'the supervisor joins');
  }
  const words = await watcher.say('I am here as well');
  await chat.customer.sees(message({ Id: words.Id, ParticipantRole: 'SUPERVISOR' }), 'the supervisor is heard');
  await boss.leave(chat.contactId);
  await chat.customer.sees(event(CONTENT.left, { DisplayName: 'Bo' }), 'the supervisor leaves');
});

test('a contact is moved in its queue, and asks for an agent by criteria that are described', async () => {
  const chat = await open(perch);
  await send(UpdateContactRoutingDataCommand, { ContactId: chat.contactId, QueuePriority: 2 });
  await send(UpdateContactRoutingDataCommand, { ContactId: chat.contactId, QueueTimeAdjustmentSeconds: 90 });
  await send(UpdateContactRoutingDataCommand, { ContactId: chat.contactId, RoutingCriteria: { Steps: [
    { Expiry: { DurationInSeconds: 600 }, Expression: { AttributeCondition: { MatchCriteria: { AgentsCriteria: { AgentIds: [ben.user.Id] } } } } },
  ] } });
  const got = await describe(perch, chat.contactId);
  assert.deepEqual([got.QueuePriority, got.QueueTimeAdjustmentSeconds], [2, 90]);
  const [step] = got.RoutingCriteria.Steps;
  assert.deepEqual([step.Status, step.Expiry.DurationInSeconds, step.Expression.AttributeCondition.MatchCriteria.AgentsCriteria.AgentIds],
    ['ACTIVE', 600, [ben.user.Id]]);
  assert.equal(step.Expiry.ExpiryTimestamp - got.RoutingCriteria.ActivationTimestamp, 600_000);
  await send(PutUserStatusCommand, { UserId: ana.user.Id, AgentStatusId: 'Available' });
  await send(PutUserStatusCommand, { UserId: ben.user.Id, AgentStatusId: 'Available' });
  await take(perch, ben, chat.contactId, chat.customer);
  await refused(send(UpdateContactRoutingDataCommand, { ContactId: chat.contactId, QueuePriority: 1, QueueTimeAdjustmentSeconds: 1 }), 'InvalidParameterException', 400);
});

test('an agent with a contact gets the status afterwards, and a contact is dismissed for them', async () => {
  for (const agent of [ana, ben]) await agent.status('Offline');
  const chat = await open(perch);
  await send(AssociateContactWithUserCommand, { ContactId: chat.contactId, UserId: ana.user.Id });
  await refused(send(AssociateContactWithUserCommand, { ContactId: chat.contactId, UserId: ben.user.Id }), 'InvalidRequestException', 400);
  await ana.contact(chat.contactId, 'INCOMING');
  await ana.reject(chat.contactId);
  await send(PutUserStatusCommand, { UserId: ana.user.Id, AgentStatusId: 'Available' });
  assert.equal((await ana.work()).Status.NextStatus, 'Available');
  await send(DismissUserContactCommand, { UserId: ana.user.Id, ContactId: chat.contactId });
  await eventually(async () => !(await ana.contacts()).some((c) => c.ContactId === chat.contactId && c.State === 'REJECTED'), 'dismissed');
  await refused(send(PutUserStatusCommand, { UserId: ana.user.Id, AgentStatusId: 'Nap' }), 'ResourceNotFoundException', 404);
});
