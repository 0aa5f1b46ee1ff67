// What survives when the server is killed: everything that was acknowledged, and the place where each flow stood.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  answerSurvey, continuing, describe, endByAgent, leave, ofContacts, open, playChain, say, start, surveyQuestion, take, wholeTranscript,
} from './lib/chat.mjs';
import { openPage, PHONE, Session } from './lib/chatjs.mjs';
import { CONTENT, event, isStored, line, message } from './lib/items.mjs';
import { checkBackward, checkTimes } from './lib/pages.mjs';
import { startPerch } from './lib/perch.mjs';
import { Participant } from './lib/participant.mjs';

const RUSH = 60; // acknowledged messages before the kill

let dataDir;
let perch;

before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'perch-e2e-'));
  perch = await startPerch({ dataDir });
});

after(async () => {
  await perch?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

/** Kills the server and starts it again on the same data and address. */
async function crash() {
  const old = perch;
  await old.kill();
  perch = await startPerch({ dataDir, listen: old.listen });
  assert.deepEqual(perch.info, old.info, 'the same instance, with the same secrets, in the same place');
}

/** The same person after the crash: same participant token, new connection and socket. */
function returning(person) {
  return Participant.join(perch, { ContactId: person.contactId, ParticipantId: person.id, ParticipantToken: person.token });
}

test('killed in a rush of messages: each acknowledged one is there once and in order', { timeout: 180_000 }, async () => {
  const [a1] = await perch.agents();
  await a1.status('Available');
  const { customer, contactId } = await open(perch, { Attributes: { tier: 'gold' } });
  const agent = await take(perch, a1, contactId, customer);
  const before = await wholeTranscript(customer);

  const acknowledged = new Map([[customer, []], [agent, []]]);
  let over = false;
  let enough;
  const rushed = new Promise((resolve) => { enough = resolve; });
  const chatter = async (person) => {
    const own = acknowledged.get(person);
    for (let i = 0; !over; i++) {
      const Content = `${person.id} ${i}`;
      try {
        const { Id, AbsoluteTime } = await person.say(Content);
        own.push({ Id, AbsoluteTime, Content });
      } catch (error) {
        if (!over) throw error; // cut off by the kill: never acknowledged
      }
      if ([...acknowledged.values()].flat().length >= RUSH) enough();
    }
  };
  const loops = Promise.all([customer, agent].map(chatter));
  await Promise.race([rushed, loops]);
  over = true;
  await crash();
  await loops;

  const [again, agentAgain] = await Promise.all([returning(customer), returning(agent)]);
  const items = await wholeTranscript(again);
  checkTimes(items);
  const ids = items.map((item) => item.Id);
  assert.equal(new Set(ids).size, ids.length, 'nothing twice');
  assert.deepEqual(ids.slice(0, before.length), before.map((item) => item.Id), 'nothing from before is lost');
  for (const [person, own] of acknowledged) {
    const theirs = items.filter((item) => item.ParticipantId === person.id && item.Content?.startsWith(person.id));
    const there = theirs.slice(0, own.length).map(({ Id, AbsoluteTime, Content }) => ({ Id, AbsoluteTime, Content }));
    assert.deepEqual(there, own, 'what was acknowledged is there, in the order of saying');
    assert.ok(theirs.length <= own.length + 1, 'at most one was on its way');
  }
  const pushed = [...customer.items.all, ...agent.items.all].filter(isStored);
  assert.deepEqual(pushed.filter((item) => !ids.includes(item.Id)), [], 'nothing was pushed that is not kept');

  // The agent is still in the chat, and available as before.
  const [a1Again] = await signedInAgain();
  assert.equal((await a1Again.me()).Status.Name, 'Available');
  await a1Again.contact(contactId, 'CONNECTED');
  assert.equal((await describe(perch, contactId)).DisconnectTimestamp, undefined);
  await say(again, 'still here', agentAgain);
  await say(agentAgain, 'me too', again);
  const now = await wholeTranscript(again);
  assert.equal(now.filter(event(CONTENT.joined)).length, 2, 'coming back is not joining');
  await checkBackward(agentAgain, 15, { past: [], current: now, initialContactId: contactId });
  await leave(again);
  await a1Again.goHome();
});

let undisturbed; // the lines of a survey that nothing came between

test('a survey that nothing comes between', async () => {
  const chain = await playChain(perch, await perch.agents());
  undisturbed = ofContacts(chain.items, chain.c3).map(line);
  assert.equal(undisturbed.filter((each) => each === 'CUSTOMER: 5').length, 1);
  assert.equal(undisturbed.at(-1), 'chat.ended');
});

for (const { when, waitForQuestion } of [
  { when: 'before the survey has asked', waitForQuestion: false },
  { when: 'while the survey waits for its answer', waitForQuestion: true },
]) {
  test(`killed ${when}: the flow goes on where it stood`, { timeout: 180_000 }, async () => {
    const [a1, a2] = await perch.agents();
    await a1.status('Available');
    const { customer, contactId: c1 } = await open(perch);
    const first = await take(perch, a1, c1, customer);
    await say(first, 'a colleague knows more', customer);
    await a2.status('Available');
    const quick = await a1.quickConnectTo({ username: a2.user.Username });
    const { ContactId: c2 } = await a1.transfer(c1, { QuickConnectId: quick.Id });
    const second = await take(perch, a2, c2, customer);
    await say(second, 'it comes on Monday', customer);
    const talked = await wholeTranscript(customer);

    if (waitForQuestion) await endByAgent(a2, c2, customer);
    else await a2.end(c2);
    await crash();

    const again = await returning(customer);
    const question = await surveyQuestionInTranscript(again, c1, c2);
    const c3 = question.ContactId;
    const items = await wholeTranscript(again);
    assert.deepEqual(items.slice(0, talked.length).map((item) => item.Id), talked.map((item) => item.Id));
    assert.ok(items.some(event(CONTENT.left, { ParticipantId: second.id })));
    if (waitForQuestion) {
      const asked = customer.items.all.filter(message({ ContactId: c3 }));
      assert.deepEqual(ofContacts(items, c3).map((item) => item.Id), asked.map((item) => item.Id), 'it is not asked again');
    }

    const whole = await answerSurvey(again, '5', c3);
    assert.deepEqual(ofContacts(whole, c3).map(line), undisturbed, 'as if nothing had happened');
    const ended = await describe(perch, c3);
    assert.equal(ended.DisconnectReason, 'CONTACT_FLOW_DISCONNECT');
    assert.deepEqual([ended.InitialContactId, ended.PreviousContactId], [c1, c2]);

    for (const agent of await signedInAgain()) await agent.goHome();
    const back = await open(perch, continuing(c1, 'ENTIRE_PAST_SESSION'));
    await checkBackward(back.customer, 3, {
      past: whole,
      current: (await wholeTranscript(back.customer)).filter((item) => item.ContactId),
      initialContactId: back.contactId,
    });
    await leave(back.customer);
  });
}

test('a history and its NextToken survive, in an open chat', async () => {
  const { customer: earlier, contactId: source } = await open(perch);
  await say(earlier, 'remember this');
  const past = await leave(earlier);
  const { customer, contactId } = await open(perch, continuing(source, 'ENTIRE_PAST_SESSION'));
  const current = (await wholeTranscript(customer)).filter((item) => item.ContactId);
  const { NextToken } = await customer.page({ MaxResults: current.length, ScanDirection: 'BACKWARD' });
  assert.ok(NextToken);
  await crash();

  const again = await returning(customer);
  await again.sees(event(CONTENT.rehydrated), 'chat.rehydrated');
  const older = await again.page({ NextToken, MaxResults: 100, ScanDirection: 'BACKWARD', SortOrder: 'ASCENDING' });
  assert.deepEqual(older.Transcript.map((item) => item.Id), past.map((item) => item.Id));
  await checkBackward(again, 2, { past, current, initialContactId: contactId });
  await leave(again);
});

test('ChatJS on a phone finds its way back by itself', { timeout: 180_000 }, async () => {
  const started = await start(perch);
  const page = openPage(perch.info, { userAgent: PHONE });
  const customer = Session.customer(page, started);
  await customer.connect();
  const { Id } = await customer.say('before');
  const from = page.frames.length;
  await crash();
  await customer.lost.first(() => true, 'onConnectionLost');
  await customer.subscribed(from);
  assert.equal(customer.broken.length + customer.ended.length, 0);
  const { Transcript } = await customer.transcript({ maxResults: 100 });
  assert.equal(Transcript.filter((item) => item.Id === Id).length, 1);
  const { Id: next } = await customer.say('after');
  await customer.sees(message({ Id: next }), 'after');
  await customer.leave();
  await customer.ended.first(() => true, 'onEnded');
});

test('SIGTERM ends it properly, and without --data nothing is left', async () => {
  const passing = await startPerch();
  assert.ok(existsSync(passing.info.DataDir));
  assert.deepEqual(await passing.stop(), { code: 0, signal: null });
  assert.ok(!existsSync(passing.info.DataDir), 'a try leaves nothing behind');
});

/** Agents of the instance as they are, without a change of status. */
function signedInAgain() {
  return perch.agents({ status: null });
}

/** The question may have been asked before this socket was open, or may still come. */
async function surveyQuestionInTranscript(customer, ...talk) {
  const asked = (await wholeTranscript(customer)).find(
    (item) => message({ ParticipantRole: 'SYSTEM' })(item) && !talk.includes(item.ContactId));
  return asked ?? surveyQuestion(customer, talk.at(-1));
}
