// The moves of the stories: start, take, transfer, end, answer the survey. Each returns when all sides have seen it.

import assert from 'node:assert/strict';
import {
  DescribeContactCommand,
  StartChatContactCommand,
  StopContactCommand,
} from '@aws-sdk/client-connect';
import { CONTENT, contactOf, event, isStored, message } from './items.mjs';
import { oldestFirst } from './pages.mjs';
import { Participant } from './participant.mjs';
import { eventually } from './wait.mjs';

export function startRequest(perch, more = {}) {
  return {
    InstanceId: perch.info.InstanceId,
    ContactFlowId: perch.info.ContactFlowId,
    ParticipantDetails: { DisplayName: 'Ada' },
    ...more,
  };
}

export function start(perch, more = {}) {
  return perch.connect.send(new StartChatContactCommand(startRequest(perch, more)));
}

export function continuing(SourceContactId, RehydrationType) {
  return { PersistentChat: { SourceContactId, RehydrationType } };
}

export async function describe(perch, ContactId, InstanceId = perch.info.InstanceId) {
  const { Contact } = await perch.connect.send(new DescribeContactCommand({ InstanceId, ContactId }));
  return Contact;
}

export function stop(perch, ContactId) {
  return perch.connect.send(new StopContactCommand({ InstanceId: perch.info.InstanceId, ContactId }));
}

/**
 * Starts a chat, connects its customer, and waits until they have joined and the inbound flow has done its part
 * (the two run beside each other), so that whatever is read next holds still.
 */
export async function open(perch, more = {}) {
  const started = await start(perch, more);
  const customer = await Participant.join(perch, started);
  if (more.PersistentChat) await customer.sees(event(CONTENT.rehydrated), 'chat.rehydrated');
  await eventually(async () => (await wholeTranscript(customer)).some(event(CONTENT.joined, { ParticipantId: customer.id })), 'joined');
  await eventually(async () => (await describe(perch, started.ContactId)).QueueInfo?.EnqueueTimestamp, 'the flow queues the contact');
  return { started, customer, contactId: started.ContactId };
}

/** Waits for the offer, accepts it and joins; `customer` sees the agent come. */
export async function take(perch, agent, contactId, customer) {
  await agent.contact(contactId, 'INCOMING');
  const accepted = await agent.accept(contactId);
  assert.equal(accepted.ContactId, contactId);
  const person = await Participant.join(perch, accepted, { agent: true });
  await customer.sees(event(CONTENT.joined, { ParticipantId: person.id }), `${agent.user.Username} joins`);
  await agent.contact(contactId, 'CONNECTED');
  return person;
}

/** Says something and waits until every listener has it; returns the response. */
export async function say(speaker, text, ...listeners) {
  const response = await speaker.say(text);
  await Promise.all([speaker, ...listeners].map((each) => each.sees(message({ Id: response.Id }), `"${text}"`)));
  return response;
}

/** What a transcript holds right now, oldest first, the past included. */
export async function wholeTranscript(person) {
  return oldestFirst(await person.pages({ MaxResults: 100, ScanDirection: 'BACKWARD', SortOrder: 'ASCENDING' }));
}

/** Keeps what belongs to the session itself. */
export function present(items) {
  return items.filter((item) => item.ContactId !== undefined);
}

/**
 * The session's own items, also beyond its end, when it cannot be read any more:
 * what was read while it was open, and what was pushed after that.
 */
export function withPushed(readItems, person) {
  const known = new Set(readItems.map((item) => item.Id));
  return [...readItems, ...person.items.all.filter((item) => isStored(item) && !known.has(item.Id))];
}

/** Only the items of the given contacts. */
export function ofContacts(items, ...contactIds) {
  return items.filter((item) => contactIds.includes(contactOf(item)));
}

/** Ends a chat by its customer and gives back its whole own log. */
export async function leave(customer) {
  const read = present(await wholeTranscript(customer));
  await customer.disconnect();
  await customer.sees(event(CONTENT.ended), 'chat.ended');
  await customer.socket.untilClosed();
  return withPushed(read, customer);
}

/** Ends the agent's leg and waits for the survey's question, which the disconnect flow asks on a contact of its own. */
export async function endByAgent(agent, contactId, customer) {
  const from = customer.items.length;
  await agent.end(contactId);
  return surveyQuestion(customer, contactId, from);
}

export function surveyQuestion(customer, previousContactId, from = 0) {
  return customer.sees(
    (item) => message({ ParticipantRole: 'SYSTEM' })(item) && item.ContactId !== previousContactId,
    'the survey asks',
    { from },
  );
}

/** Answers and waits for the thanks and the end; gives back the session's whole log. */
export async function answerSurvey(customer, score, surveyContactId) {
  const read = present(await wholeTranscript(customer));
  const from = customer.items.length;
  await customer.say(score);
  await customer.sees(message({ ParticipantRole: 'SYSTEM', ContactId: surveyContactId }), 'the survey thanks', { from });
  await customer.sees(event(CONTENT.ended, { ContactId: surveyContactId }), 'chat.ended', { from });
  await customer.socket.untilClosed();
  return withPushed(read, customer);
}

/**
 * The story that everything else continues: C1 with one agent, transferred to a second (C2), ended by
 * them, survey answered (C3). Returns the three ids and all items of the session.
 */
export async function playChain(perch, [a1, a2], more = {}) {
  await a1.status('Available');
  const { customer, contactId: c1, started } = await open(perch, more);
  const first = await take(perch, a1, c1, customer);
  await say(customer, 'my order is late', first);
  await say(first, 'a colleague knows more', customer);

  await a2.status('Available');
  const quick = await a1.quickConnectTo({ username: a2.user.Username });
  const { ContactId: c2 } = await a1.transfer(c1, { QuickConnectId: quick.Id });
  await first.socket.untilClosed();
  const second = await take(perch, a2, c2, customer);
  await say(second, 'it comes on Monday', customer);
  await say(customer, 'thank you', second);

  const { ContactId: c3 } = await endByAgent(a2, c2, customer);
  const items = await answerSurvey(customer, '5', c3);
  await a1.goHome();
  await a2.goHome();
  return { c1, c2, c3, items, started };
}
