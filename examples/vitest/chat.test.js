// A customer writes with Amazon's ChatJS, comes back a day later, and has a bad connection.

import 'amazon-connect-chatjs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startPerch } from 'perch-testing';

const { connect } = globalThis; // as in a page; browser.js makes Node one

let perch;
beforeAll(async () => { perch = await startPerch({ clock: '2026-01-01T09:00:00Z', fixture: 'support' }); });
afterAll(() => perch?.stop());
beforeEach(() => perch.reset());

/** Opens the chat as a page would. */
async function open(options) {
  connect.ChatSession.setGlobalConfig({ region: perch.region, endpoint: perch.endpoint, loggerConfig: { useDefaultLogger: false } });
  const session = connect.ChatSession.create({
    chatDetails: await perch.startChat(options), type: connect.ChatSession.SessionTypes.CUSTOMER, disableCSM: true,
    options: { region: perch.region },
  });
  const online = new Promise((resolve) => { session.onConnectionEstablished(resolve); }); // connect() does not wait for the socket
  await session.connect();
  await online;
  await perch.settle();
  return session;
}

async function said(session) {
  const { data } = await session.getTranscript({ maxResults: 100, scanDirection: 'BACKWARD', sortOrder: 'ASCENDING' });
  return data.Transcript.filter((item) => item.Type === 'MESSAGE').map((item) => `${item.ParticipantRole}: ${item.Content}`);
}

test('an agent answers', async () => {
  const ana = await perch.agent('agent1');
  const customer = await open({ name: 'Ada' });
  const chat = await ana.take();
  const heard = new Promise((resolve) => {
    customer.onMessage(({ data }) => data.ParticipantRole === 'AGENT' && data.Type === 'MESSAGE' && resolve(data.Content));
  });
  await chat.say('good morning');
  expect(await heard).toBe('good morning');
  await customer.disconnectParticipant();
});

test('nobody answers, and the chat is over after a day', async () => {
  const customer = await open({ name: 'Ada' });
  const over = new Promise((resolve) => { customer.onEnded(resolve); });
  await perch.advance('25h');
  await over;
});

test('a customer of the fixture comes back', async () => {
  const { Customers } = await perch.fixture();
  const ada = Customers.find((each) => each.CustomerId === 'ada');
  expect(ada.Contacts).toHaveLength(3);
  const customer = await open({ name: ada.Name, customerId: 'ada', sourceContactId: ada.Contacts.at(-1) });
  const first = await customer.getTranscript({ maxResults: 100, scanDirection: 'BACKWARD', sortOrder: 'ASCENDING' });
  const past = await customer.getTranscript({ maxResults: 100, scanDirection: 'BACKWARD', sortOrder: 'ASCENDING', nextToken: first.data.NextToken });
  expect(past.data.Transcript.map((item) => item.Content)).toContain('The new cup is here. Thank you!');
  await customer.disconnectParticipant();
});

test('Amazon is busy for a moment, and ChatJS tries again by itself', async () => {
  const customer = await open({ name: 'Ada' });
  await perch.fault({ Kind: 'Throttle', Operation: 'SendMessage', Calls: 1 });
  await customer.sendMessage({ contentType: 'text/plain', message: 'hello' });
  expect((await said(customer)).filter((line) => line === 'CUSTOMER: hello')).toHaveLength(1);
  expect((await perch.faults()).Log).toMatchObject([{ Kind: 'Throttle', What: 'SendMessage' }]);
  await customer.disconnectParticipant();
});
