// The same story by ChatJS, unmodified: the customer's page and the agents' pages, each a ChatJS of its own.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { describe, ofContacts, present } from './lib/chat.mjs';
import { openPage, Session } from './lib/chatjs.mjs';
import { CONTENT, contactOf, event, isStored, line, message, spoken } from './lib/items.mjs';
import { checkAllSizes, checkBackward, oldestFirst } from './lib/pages.mjs';
import { startPerch } from './lib/perch.mjs';
import { startByPage } from './lib/start-endpoint.mjs';
import { eventually } from './lib/wait.mjs';

let perch;
let a1;
let a2;

before(async () => {
  perch = await startPerch();
  [a1, a2] = await perch.agents();
});

after(() => perch?.stop());

/** A customer's page: starts a chat by the start endpoint as the stock chat pages do, and connects. */
async function arrive(more) {
  const { startChatResult } = await startByPage(perch, more);
  const customer = Session.customer(openPage(perch.info), startChatResult);
  assert.equal(await customer.connect(), true);
  const joined = event(CONTENT.joined, { ParticipantId: customer.id });
  await eventually(async () => (await customer.transcript({ maxResults: 100 })).Transcript.some(joined), 'the customer joins');
  await eventually(async () => (await describe(perch, customer.contactId)).QueueInfo?.EnqueueTimestamp, 'the flow queues the contact');
  return { customer, startChatResult };
}

async function take(agent, contactId, customer) {
  await agent.contact(contactId, 'INCOMING');
  const accepted = await agent.accept(contactId);
  const session = Session.agent(openPage(perch.info), accepted);
  assert.equal(await session.connect(), true);
  await customer.sees(event(CONTENT.joined, { ParticipantId: session.id }), 'the agent joins');
  return session;
}

/** Says something; all sides, the speaker's too, get it with the Id of the response. */
async function say(speaker, text, ...listeners) {
  const { Id, AbsoluteTime } = await speaker.say(text);
  for (const each of [speaker, ...listeners]) {
    const item = await each.sees(message({ Content: text }), text);
    assert.deepEqual([item.Id, item.AbsoluteTime], [Id, AbsoluteTime]);
  }
  return Id;
}

async function whole(session) {
  return oldestFirst(await session.pages({ MaxResults: 100 }));
}

/** What the session has, and what it was told since: the log also beyond the end of the chat. */
function withTold(items, session) {
  const known = new Set(items.map((item) => item.Id));
  return [...items, ...session.messages.all.map(({ data }) => data).filter((item) => isStored(item) && !known.has(item.Id))];
}

test('a chat, a transfer, a survey, and the return, in ChatJS', { timeout: 300_000 }, async (t) => {
  let customer;
  let first;
  let second;
  let c1;
  let c2;
  let c3;
  let past;

  await t.test('customer and agent talk', async () => {
    await a1.status('Available');
    ({ customer } = await arrive());
    c1 = customer.contactId;
    first = await take(a1, c1, customer);
    await say(customer, 'hello from the page', first);
    await say(first, 'good morning', customer);
    assert.equal(customer.rehydrated.length, 0, 'nothing to bring back');
    assert.equal(customer.status, 'Established');
  });

  await t.test('typing and receipts reach the other side', async () => {
    await first.event(CONTENT.typing);
    const typing = await customer.typing.first(() => true, 'the customer sees typing');
    assert.equal(typing.data.ParticipantRole, 'AGENT');
    await customer.event(CONTENT.typing);
    const isCustomers = (each) => each.data.ParticipantRole === 'CUSTOMER';
    assert.equal((await first.typing.first(isCustomers, 'the agent sees typing')).data.ParticipantId, customer.id);

    // ChatJS gives all receipts of one kind the same ClientToken; two in a row must both count.
    const ids = [await say(customer, 'one', first), await say(customer, 'two', first)];
    for (const messageId of ids) {
      const about = (each) => each.data.MessageMetadata.MessageId === messageId;
      await first.event(CONTENT.delivered, { messageId, disableThrottle: true });
      const delivered = await customer.delivered.first(about, 'a delivered receipt');
      assert.ok(delivered.data.MessageMetadata.Receipts[0].DeliveredTimestamp);
      await first.event(CONTENT.read, { messageId, disableThrottle: true });
      const read = await customer.read.first(about, 'a read receipt');
      assert.equal(read.data.MessageMetadata.Receipts[0].RecipientParticipantId, first.id);
    }
    assert.equal(first.read.length, 0, 'nobody is told of their own receipt');
  });

  await t.test('after a transfer the customer stays and the old agent is out', async () => {
    await a2.status('Available');
    const quick = await a1.quickConnectTo({ username: a2.user.Username });
    ({ ContactId: c2 } = await a1.transfer(c1, { QuickConnectId: quick.Id }));
    await first.sees(event(CONTENT.transferred), 'transfer.succeeded');
    await eventually(() => first.status === 'Broken', 'ChatJS lets go of the transferred chat');
    await assert.rejects(first.say('one more'), { type: 'AccessDeniedException', statusCode: 403 });
    await a1.clear(c1);
    await a1.status('Offline');

    second = await take(a2, c2, customer);
    await say(second, 'a2 here', customer);
    await say(customer, 'hello again', second);
    assert.ok(!first.messages.all.some(({ data }) => data.Content === 'a2 here'));
    assert.equal(customer.broken.length + customer.ended.length, 0, 'for the customer nothing has broken');

    const items = await whole(customer);
    assert.deepEqual(spoken(ofContacts(items, c1)).slice(0, 2), ['CUSTOMER joined', 'AGENT joined']);
    assert.deepEqual(spoken(ofContacts(items, c1)).slice(-2), ['AGENT left', 'transfer.succeeded']);
    assert.deepEqual(spoken(ofContacts(items, c2)), ['AGENT joined', 'AGENT: a2 here', 'CUSTOMER: hello again']);
    const expected = { past: [], current: items, initialContactId: c1 };
    await checkAllSizes(customer, expected);
    await checkAllSizes(second, expected);
  });

  await t.test('the survey comes through the same session', async () => {
    const from = customer.messages.length;
    await a2.end(c2);
    const question = await customer.sees(
      (item) => message({ ParticipantRole: 'SYSTEM' })(item) && item.ContactId !== c2, 'the survey asks', { from });
    c3 = question.ContactId;
    const read = await whole(customer);
    const answered = customer.messages.length;
    await customer.say('5');
    await customer.sees(message({ ParticipantRole: 'SYSTEM', ContactId: c3 }), 'the survey thanks', { from: answered });
    await customer.sees(event(CONTENT.ended, { ContactId: c3 }), 'chat.ended', { from: answered });
    await customer.ended.first(() => true, 'onEnded');
    await assert.rejects(async () => customer.say('hello?'), 'an ended session says nothing');
    past = withTold(read, customer);
    assert.deepEqual([...new Set(past.map(contactOf))], [c1, c2, c3]);
    assert.equal(line(past.at(-1)), 'chat.ended');
    await a2.clear(c2);
    await a2.status('Offline');
  });

  await t.test('a continued chat brings the past back on both pages', async (step) => {
    await a1.status('Available');
    const { customer: back, startChatResult } = await arrive({
      PersistentChat: { SourceContactId: c2, RehydrationType: 'FROM_SEGMENT' },
    });
    assert.equal(startChatResult.ContinuedFromContactId, c2);
    const { data } = await back.rehydrated.first(() => true, 'onChatRehydrated');
    assert.deepEqual([data.Type, data.ContactId], ['EVENT', back.contactId]);

    const agent = await take(a1, back.contactId, back);
    await say(back, 'me again', agent);
    const latest = await back.transcript();
    assert.ok(latest.Transcript.every((item) => item.ContactId === back.contactId), 'the first page is of the present');
    assert.ok(latest.NextToken, 'and leads into the past');
    const expected = {
      past: ofContacts(past, c1, c2),
      current: present(await whole(back)),
      initialContactId: back.contactId,
    };
    await checkAllSizes(back, expected);
    await checkAllSizes(agent, expected);

    await back.leave();
    await back.sees(event(CONTENT.ended), 'chat.ended');
    await back.ended.first(() => true, 'the customer’s onEnded');
    await agent.ended.first(() => true, 'the agent’s onEnded');
    const own = withTold(expected.current, back);

    await step.test('and once more on top, the whole of it', async () => {
      await a1.clear(back.contactId);
      const { customer: again } = await arrive({
        PersistentChat: { SourceContactId: back.contactId, RehydrationType: 'ENTIRE_PAST_SESSION' },
      });
      const beside = await take(a1, again.contactId, again);
      const everything = {
        past: [...expected.past, ...own],
        current: present(await whole(again)),
        initialContactId: again.contactId,
      };
      await checkAllSizes(again, everything);
      await checkBackward(beside, 15, everything);
      await beside.leave();
      await eventually(async () => (await describe(perch, again.contactId)).DisconnectTimestamp, 'the agent leaves');
      await again.leave();
      await again.ended.first(() => true, 'onEnded');
      await a1.goHome();
    });
  });

  await t.test('ENTIRE_PAST_SESSION of the first chat brings the survey back, too', async () => {
    const { customer: back, startChatResult } = await arrive({
      PersistentChat: { SourceContactId: c1, RehydrationType: 'ENTIRE_PAST_SESSION' },
    });
    assert.equal(startChatResult.ContinuedFromContactId, c3);
    await back.rehydrated.first(() => true, 'onChatRehydrated');
    await checkAllSizes(back, { past, current: present(await whole(back)), initialContactId: back.contactId });
    await back.leave();
    await back.ended.first(() => true, 'onEnded');
  });
});

test('a reloaded page goes on with the same token, and an older page stays connected', async () => {
  const { customer, startChatResult } = await arrive();
  const reloaded = Session.customer(openPage(perch.info), startChatResult);
  await reloaded.connect();
  await say(reloaded, 'from the new page', customer);
  await say(customer, 'from the old page', reloaded);
  const joined = (await whole(reloaded)).filter(event(CONTENT.joined));
  assert.equal(joined.length, 1, 'one person, one joined');
  await reloaded.leave();
  await customer.ended.first(() => true, 'onEnded on the old page');
  await reloaded.ended.first(() => true, 'onEnded on the new page');
});

test('an association on a running chat fires onChatRehydrated', async () => {
  const { customer: earlier } = await arrive();
  await say(earlier, 'remember this');
  await earlier.leave();
  await earlier.ended.first(() => true, 'onEnded');

  const { customer } = await arrive({ Attributes: { sourceContactId: earlier.contactId } });
  await customer.rehydrated.first(() => true, 'onChatRehydrated');
  const items = await whole(customer);
  assert.ok(items.some((item) => item.Content === 'remember this' && item.RelatedContactId === earlier.contactId));
  await customer.leave();
  await customer.ended.first(() => true, 'onEnded');
});
