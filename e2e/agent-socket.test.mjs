// An agent's whole day over one socket: offers, two chats at once, a transfer, an end, and a page that is reloaded.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AgentSocket } from './lib/agent-socket.mjs';
import { open } from './lib/chat.mjs';
import { openPage, Session } from './lib/chatjs.mjs';
import { CONTENT, event, line, message } from './lib/items.mjs';
import { startPerch } from './lib/perch.mjs';
import { Participant } from './lib/participant.mjs';

let perch;
let a1;
let a2;

before(async () => {
  perch = await startPerch();
  [a1, a2] = await perch.agents();
});

after(() => perch?.stop());

/** Takes an offer that the socket tells of. The agent speaks by REST, and has no other socket. */
async function take(agent, socket, contactId) {
  const row = await socket.contact(contactId, 'INCOMING');
  assert.equal(row.CustomerDisplayName, 'Ada');
  assert.ok(Date.parse(row.OfferExpiry) > Date.parse(row.StateStartTimestamp));
  const accepted = await agent.accept(contactId);
  await socket.contact(contactId, 'CONNECTED');
  const person = new Participant(perch, accepted);
  await person.connect();
  await socket.sees(event(CONTENT.joined, { ParticipantId: person.id, InitialContactId: accepted.InitialContactId }), 'the agent joins');
  return { person, accepted };
}

/** The lines of one chat, as the socket brought them. */
function told(socket, initial) {
  return socket.items.all.filter((item) => item.InitialContactId === initial && item.ContentType !== CONTENT.typing).map(line);
}

test('one socket brings the work and two chats', { timeout: 120_000 }, async () => {
  const socket = await AgentSocket.open(a1);
  assert.equal((await socket.lists.first(() => true, 'the whole list comes first')).Status.Name, 'Offline');
  await a1.status('Available');
  const available = await socket.lists.first((list) => list.Status.Name === 'Available', 'the status is told');
  assert.equal(available.Status.Type, 'ROUTABLE');

  const one = await open(perch, { Attributes: { tier: 'gold' } });
  const first = await take(a1, socket, one.contactId);
  const two = await open(perch);
  const second = await take(a1, socket, two.contactId);
  assert.deepEqual((await socket.contact(one.contactId, 'CONNECTED')).Attributes, { tier: 'gold' });

  for (const [chat, { person }] of [[one, first], [two, second]]) {
    const { Id } = await chat.customer.say('hello');
    await socket.sees(message({ Id, InitialContactId: chat.contactId, ContactId: chat.contactId }), 'the customer speaks');
    await chat.customer.signal(CONTENT.typing);
    await socket.sees(event(CONTENT.typing, { ContactId: chat.contactId }), 'the customer types');
    await person.say('good morning');
    await chat.customer.sees(message({ Content: 'good morning' }), 'the agent speaks');
    await socket.sees(message({ Content: 'good morning', ContactId: chat.contactId }), 'the agent sees it too');
  }

  const quick = await a1.quickConnectTo({ username: a2.user.Username });
  await a1.transfer(one.contactId, { QuickConnectId: quick.Id });
  await socket.sees(event(CONTENT.transferred, { InitialContactId: one.contactId }), 'the transfer');
  await socket.contact(one.contactId, 'ENDED');
  await one.customer.say('is anybody there?');
  await two.customer.disconnect();
  await socket.sees(event(CONTENT.ended, { InitialContactId: two.contactId }), 'the second chat ends');
  await socket.contact(two.contactId, 'ENDED');
  assert.deepEqual(told(socket, one.contactId), ['AGENT joined', 'CUSTOMER: hello', 'AGENT: good morning', 'AGENT left', 'transfer.succeeded']);
  assert.deepEqual(told(socket, two.contactId), ['AGENT joined', 'CUSTOMER: hello', 'AGENT: good morning', 'CUSTOMER left', 'chat.ended']);

  const again = await AgentSocket.open(a1); // the page is reloaded
  const whole = await again.lists.first(() => true, 'the whole list comes first');
  assert.deepEqual(whole, await a1.work(), 'the same as by GET');
  assert.deepEqual(whole.Contacts.map(({ ContactId, State }) => [ContactId, State]), [[one.contactId, 'ENDED'], [two.contactId, 'ENDED']]);
  await a1.clear(one.contactId);
  await a1.clear(two.contactId);
  for (const each of [socket, again]) await each.contact(two.contactId, null, { from: each === socket ? socket.lists.length - 1 : 1 });
  assert.equal(again.items.length, 0, 'nothing of chats that were over before');
  await socket.close();
  await again.close();
  await a1.goHome();
});

test('sessions of ChatJS share the socket', { timeout: 120_000 }, async () => {
  const socket = await AgentSocket.open(a1);
  const page = openPage(perch.info);
  const websocketManager = socket.manager();
  await a1.status('Available');
  const chats = [];
  for (const name of ['one', 'two']) {
    const { customer, contactId } = await open(perch);
    await socket.contact(contactId, 'INCOMING');
    const accepted = await a1.accept(contactId);
    const session = new Session(page, accepted, {
      type: 'AGENT',
      websocketManager,
      chatDetails: {
        contactId: accepted.ContactId,
        initialContactId: accepted.InitialContactId,
        participantId: accepted.ParticipantId,
        participantToken: accepted.ParticipantToken,
        getConnectionToken: () => Promise.reject(new Error('no such call here')),
      },
    });
    assert.equal((await session.chat.connect()).connectSuccess, true);
    chats.push({ name, customer, session });
  }
  for (const { name, customer, session } of chats) {
    await customer.say(`from ${name}`);
    await session.sees(message({ Content: `from ${name}` }), `${name} speaks`);
    await session.say(`to ${name}`);
    await customer.sees(message({ Content: `to ${name}` }), `${name} is answered`);
    await session.sees(message({ Content: `to ${name}` }), 'the agent sees the answer');
  }
  for (const { name, session } of chats) {
    const texts = session.messages.all.map(({ data }) => data).filter((item) => item.Type === 'MESSAGE').map((item) => item.Content);
    assert.deepEqual(texts, [`from ${name}`, `to ${name}`], 'each session has its own chat alone');
  }
  const [one, two] = chats;
  await one.customer.disconnect();
  await one.session.ended.first(() => true, 'the first session ends');
  await two.customer.say('still here');
  await two.session.sees(message({ Content: 'still here' }), 'the other goes on');
  await two.customer.disconnect();
  await two.session.ended.first(() => true, 'the second session ends');
  await socket.close();
});
