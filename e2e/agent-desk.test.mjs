// What a desk for agents and supervisors needs besides offers and messages, through the agents' API alone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CreateUserCommand, DescribeUserCommand } from '@aws-sdk/client-connect';
import { AgentSocket } from './lib/agent-socket.mjs';
import { signIn } from './lib/agent.mjs';
import { continuing, describe, leave, open, take } from './lib/chat.mjs';
import { startPerch } from './lib/perch.mjs';
import { eventually } from './lib/wait.mjs';

let perch, agent, other, boss, admin;

before(async () => {
  perch = await startPerch();
  [agent, other] = await perch.agents();
  const { InstanceId } = perch.info;
  const { User } = await perch.connect.send(new DescribeUserCommand({ InstanceId, UserId: agent.user.Id }));
  const hire = async (Username, profile) => {
    const Password = 'Correct-horse-7';
    await perch.connect.send(new CreateUserCommand({
      InstanceId, Username, Password, IdentityInfo: { FirstName: Username, LastName: 'Boss' },
      RoutingProfileId: User.RoutingProfileId, SecurityProfileIds: [profile], PhoneConfig: { PhoneType: 'SOFT_PHONE' },
    }));
    return signIn(perch.endpoint, { Username, Password });
  };
  boss = await hire('Susan', 'Supervisor');
  admin = await hire('Root', 'Admin');
});

after(() => perch?.stop());

const refused = (promise, status) => assert.rejects(promise, (error) => error.status === status);

test('notes and a disposition stay with the chat, and customers see none of it', { timeout: 60_000 }, async () => {
  await admin.api('POST', 'dispositions', { Code: 'refund', Description: 'Money back' });
  await refused(agent.api('POST', 'dispositions', { Code: 'mine' }), 403);
  assert.deepEqual((await agent.api('GET', 'dispositions')).Dispositions.map((d) => d.Code), ['refund']);
  await agent.status('Available');
  const { contactId, customer } = await open(perch);
  await take(perch, agent, contactId, customer);
  const note = await agent.about(contactId, 'POST', 'notes', { Text: 'wants the blue one', ClientToken: 'a' });
  assert.equal(note.Author.Id, agent.user.Id);
  assert.deepEqual(await agent.about(contactId, 'POST', 'notes', { Text: 'wants the blue one', ClientToken: 'a' }), note);
  const log = await leave(customer);
  assert.ok(!JSON.stringify(log).includes('blue'), 'no note in what the customer reads');
  await agent.contact(contactId, 'ENDED');
  await refused(agent.about(contactId, 'PUT', 'disposition', { Code: 'nonsense' }), 400);
  await agent.about(contactId, 'PUT', 'disposition', { Code: 'refund', Text: 'of the second' });
  const row = await agent.contact(contactId, 'ENDED');
  assert.deepEqual([row.Notes, row.Disposition.Code, row.Disposition.Text], [1, 'refund', 'of the second']);
  assert.equal((await describe(perch, contactId)).SegmentAttributes['perch:Disposition'].ValueString, 'refund');
  await agent.clear(contactId);

  const again = await open(perch, continuing(contactId, 'ENTIRE_PAST_SESSION'));
  await take(perch, agent, again.contactId, again.customer);
  const { Notes } = await agent.about(again.contactId, 'GET', 'notes');
  assert.deepEqual(Notes.map((n) => [n.ContactId, n.Text]), [[contactId, 'wants the blue one']]);
  await again.customer.disconnect();
  await agent.clear(again.contactId);
});

test('canned replies come filled, for the queues that they are for', { timeout: 60_000 }, async () => {
  const { RoutingProfile } = await agent.me();
  const { Id } = await admin.api('POST', 'replies', { Shortcut: '/hi', Name: 'Greeting', Text: 'Hello {{customer}}, **{{agent}}** about {{attribute.order}}', Queues: [RoutingProfile.Queues[0].Id] });
  await refused(admin.api('POST', 'replies', { Shortcut: '/no', Text: '{{nobody}}' }), 400);
  await agent.status('Available');
  const { contactId, customer } = await open(perch, { Attributes: { order: '7' } });
  const person = await take(perch, agent, contactId, customer);
  const { Replies: [reply] } = await agent.about(contactId, 'GET', 'replies');
  assert.equal(reply.Content, `Hello Ada, **${agent.user.DisplayName}** about 7`);
  await person.say(reply.Content, { ContentType: reply.ContentType });
  await customer.sees((item) => item.Content === reply.Content, 'the reply');
  await admin.api('PUT', `replies/${Id}`, { Shortcut: '/hello', Text: 'Hi' });
  assert.deepEqual((await agent.api('GET', 'replies')).Replies.map((r) => r.Shortcut), ['/hello']);
  await admin.api('DELETE', `replies/${Id}`);
  assert.deepEqual((await agent.api('GET', 'replies')).Replies, []);
  await customer.disconnect();
  await agent.clear(contactId);
});

test('a supervisor whispers, and reassigns what waits and what is with an agent', { timeout: 60_000 }, async () => {
  await agent.status('Available');
  const { contactId, customer } = await open(perch);
  const person = await take(perch, agent, contactId, customer);
  await refused(boss.about(contactId, 'POST', 'whisper', { Content: 'x' }), 404); // does not watch it
  await boss.monitor(contactId);
  await refused(agent.about(contactId, 'POST', 'whisper', { Content: 'x' }), 403);
  const said = await boss.about(contactId, 'POST', 'whisper', { Content: 'offer the refund', ClientToken: 'w' });
  assert.deepEqual(await boss.about(contactId, 'POST', 'whisper', { Content: 'offer the refund', ClientToken: 'w' }), said);
  const item = await person.sees(({ Id }) => Id === said.Id, 'the whisper');
  assert.deepEqual([item.Content, item.ParticipantRole, item.Audience], ['offer the refund', 'SUPERVISOR', 'STAFF']);
  await person.say('you get your money back');
  await customer.sees(({ Content }) => Content === 'you get your money back', 'the agent');
  assert.ok(!JSON.stringify(customer.items.all).includes('refund'), 'nothing of it on the socket');
  assert.ok(!JSON.stringify(await customer.page({ MaxResults: 100 })).includes('refund'), 'nor in the transcript');

  await refused(agent.about(contactId, 'POST', 'reassign', { UserId: other.user.Id }), 403);
  const handed = await boss.about(contactId, 'POST', 'reassign', { UserId: other.user.Id });
  await agent.contact(contactId, 'ENDED');
  await other.status('Available');
  await other.contact(handed.ContactId, 'INCOMING');
  const { RoutingProfile: { Queues: [queue] } } = await agent.me();
  await agent.status('Offline');
  await other.status('Offline');
  const back = await boss.about(handed.ContactId, 'POST', 'reassign', { QueueId: queue.Id });
  await other.contact(handed.ContactId, null);
  await refused(boss.about(handed.ContactId, 'POST', 'reassign', { QueueId: queue.Id }), 409);
  await agent.clear(contactId);
  await agent.status('Available');
  await agent.contact(back.ContactId, 'INCOMING');
  await agent.accept(back.ContactId);
  await customer.disconnect();
  await agent.clear(back.ContactId);
});

test('an agent sees the past of what is offered, and its chain, before accepting it', { timeout: 60_000 }, async () => {
  await agent.status('Available');
  const CustomerId = 'ada-1';
  const first = await open(perch, { CustomerId });
  const person = await take(perch, agent, first.contactId, first.customer);
  await first.customer.say('the old matter');
  await person.say('is settled');
  await agent.end(first.contactId); // a survey follows, and is left out
  await agent.clear(first.contactId);
  await first.customer.disconnect();

  await agent.status('Available');
  const next = await open(perch, { CustomerId, Attributes: { order: '7' }, ...continuing(first.contactId, 'FROM_SEGMENT') });
  await agent.contact(next.contactId, 'INCOMING');
  const about = (path) => agent.about(next.contactId, 'GET', path);
  const { Contact, Attributes } = await agent.api('GET', `contacts/${next.contactId}`);
  assert.deepEqual([Contact.CustomerDisplayName, Contact.CustomerId, Contact.CustomerVerified, Contact.RelatedContactId, Attributes.order], ['Ada', CustomerId, true, first.contactId, '7']);

  const said = [];
  for (let token = ''; token !== undefined;) {
    const page = await about(`items?maxResults=3&nextToken=${encodeURIComponent(token)}`);
    said.unshift(...page.Items.filter((item) => item.Type === 'MESSAGE' && item.ParticipantRole !== 'SYSTEM'));
    token = page.NextToken;
  }
  assert.deepEqual(said.map((item) => [item.Content, item.RelatedContactId]), [['the old matter', first.contactId], ['is settled', first.contactId]]);

  const { Chats: [present, past] } = await about('chain');
  assert.equal(present.InitialContactId, next.contactId);
  assert.deepEqual(present.Continues, { ContactId: first.contactId, InitialContactId: first.contactId, RehydrationType: 'FROM_SEGMENT', Depth: 1 });
  assert.deepEqual(past.Contacts.map((each) => [each.InitiationMethod, each.Dropped]), [['API', false], ['DISCONNECT', true]]);
  assert.equal(past.Contacts[0].Agent.DisplayName, agent.user.DisplayName);
  assert.deepEqual((await about('customer')).Chats.map((chat) => chat.InitialContactId), [first.contactId]);
  await refused(agent.about('3b8d2f9e-0000-4000-8000-000000000000', 'GET', 'chain'), 404);
  await agent.accept(next.contactId);
  await next.customer.disconnect();
  await agent.clear(next.contactId);
});

test('a supervisor watches the figures live, and reads the day as a series', { timeout: 60_000 }, async () => {
  await refused(agent.api('GET', 'figures'), 403);
  const { Url } = await boss.connection();
  const socket = new AgentSocket(Url);
  await socket.subscribe(['perch/figures']);
  const queue = (figures) => figures.Queues.find((each) => each.Queue.Name === 'Basic queue');
  await socket.figures.first((f) => queue(f).ContactsInQueue === 0, 'the snapshot');
  const before = queue(socket.figures.all.at(-1)).Today;
  await agent.status('Offline');
  await other.status('Offline');
  const { contactId, customer } = await open(perch);
  const waiting = await socket.figures.first((f) => queue(f).ContactsInQueue === 1, 'one waits');
  assert.ok(Date.parse(queue(waiting).OldestContactTimestamp) <= Date.now());
  await agent.status('Available');
  const person = await take(perch, agent, contactId, customer);
  await person.say('hello');
  const inHand = await socket.figures.first((f) => queue(f).ContactsInHand === 1, 'one is in hand');
  assert.equal(inHand.Agents.find((each) => each.Id === agent.user.Id).Contacts[0].ContactId, contactId);
  await customer.disconnect();
  await socket.figures.first((f) => queue(f).Today.ContactsHandled === before.ContactsHandled + 1, 'the day counts it');
  await agent.clear(contactId);
  await socket.close();

  const mine = await AgentSocket.open(agent);
  mine.ws.send(JSON.stringify({ topic: 'aws/subscribe', content: { topics: ['perch/figures'] } }));
  await mine.control.first((frame) => frame.content?.status === 'failure', 'refused to an agent');
  await mine.close();

  const now = Math.floor(Date.now() / 1000);
  const { MetricResults } = await boss.connect('POST', '/metrics/data', {
    ResourceArn: perch.info.InstanceId, StartTime: now - 3600, EndTime: now + 60, Interval: { IntervalPeriod: 'FIFTEEN_MIN' },
    Filters: [{ FilterKey: 'CHANNEL', FilterValues: ['CHAT'] }], Metrics: [{ Name: 'CONTACTS_HANDLED' }, { Name: 'AVG_FIRST_RESPONSE_TIME_AGENT' }],
  });
  assert.equal(MetricResults.length, 5);
  const last = MetricResults.at(-1).Collections.map((each) => each.Value);
  const total = MetricResults.map((part) => part.Collections[0].Value).reduce((a, b) => a + b);
  assert.ok(total >= 1 && (last[0] === 0 || last[1] >= 0), JSON.stringify(MetricResults));
});

test('past chats are found by their words, marked, and kept to whose they are', { timeout: 60_000 }, async () => {
  await agent.status('Available');
  const { contactId, customer } = await open(perch);
  const person = await take(perch, agent, contactId, customer);
  await customer.say('my zeppelin has not arrived');
  await customer.disconnect();
  await person.socket.untilClosed();
  await agent.clear(contactId);
  const search = (who, query) => who.api('GET', `search?${query}`);
  const found = await eventually(async () => {
    const { Contacts } = await search(agent, 'words=ZEPPELIN+arriv*');
    return Contacts.length === 1 && Contacts[0];
  }, 'the chat is found');
  assert.equal(found.Contact.ContactId, contactId);
  assert.deepEqual(found.Items[0].Fragments.filter((f) => f.Marked).map((f) => f.Text), ['zeppelin', 'arrived']);
  assert.deepEqual((await search(other, 'words=zeppelin')).Contacts, [], "another agent's");
  for (const who of [boss, admin]) assert.equal((await search(who, 'words=zeppelin')).Contacts.length, 1);
  assert.equal((await search(boss, `contactId=${contactId}&customer=ada`)).Contacts.length, 1);
});
