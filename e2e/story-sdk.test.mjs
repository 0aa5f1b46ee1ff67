// A persistent chat from end to end, by the stock SDKs: a chat with a transfer and a survey, and three
// chats that continue it, each looked at from the customer's and from the agents' side.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ListAssociatedContactsCommand } from '@aws-sdk/client-connect';
import {
  answerSurvey, continuing, describe, endByAgent, leave, ofContacts, open, present, say, take, wholeTranscript,
} from './lib/chat.mjs';
import { CONTENT, contactOf, core, event, isStored, line, message, spoken } from './lib/items.mjs';
import { checkAllSizes, walk } from './lib/pages.mjs';
import { startPerch } from './lib/perch.mjs';

let perch;
let a1;
let a2;

before(async () => {
  perch = await startPerch();
  [a1, a2] = await perch.agents();
});

after(() => perch?.stop());

async function forbidden(promise, what) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.name, 'AccessDeniedException', what);
    assert.equal(error.$metadata.httpStatusCode, 403, what);
    return true;
  });
}

/** Pages of associated contacts; the server's own page size unless told. */
function associatedPages(ContactId, MaxResults) {
  const { InstanceId } = perch.info;
  return walk((more) => perch.connect.send(new ListAssociatedContactsCommand({ InstanceId, ContactId, MaxResults, ...more })));
}

async function associated(contactId) {
  return (await associatedPages(contactId)).flatMap((page) => page.ContactSummaryList);
}

test('a chat, a transfer, a survey, and three returns', { timeout: 300_000 }, async (t) => {
  let customer;
  let first;
  let second;
  let c1;
  let c2;
  let c3;
  let past; // all items of the first session, oldest first
  let d1;
  let d1Items;

  await t.test('C1: the customer comes, a1 takes the chat', async () => {
    await a1.status('Available');
    const opened = await open(perch, {
      Attributes: { customerName: 'Ada', tier: 'gold' },
      CustomerId: 'customer-1',
      InitialMessage: { ContentType: CONTENT.text, Content: 'where is my order?' },
    });
    ({ customer, contactId: c1 } = opened);
    assert.equal(opened.started.ContinuedFromContactId, undefined);
    assert.equal(opened.started.ParticipantId, customer.id);

    const offer = await a1.contact(c1, 'INCOMING');
    assert.equal(offer.InitialContactId, c1);
    assert.equal(offer.InitiationMethod, 'API');
    assert.equal(offer.CustomerDisplayName, 'Ada');
    assert.equal(offer.Attributes.tier, 'gold');
    assert.ok(Date.parse(offer.OfferExpiry) > Date.now(), 'the offer has time left');
    first = await take(perch, a1, c1, customer);

    const live = await Promise.all([
      say(customer, 'hello', first),
      say(first, 'good morning', customer),
    ]);
    for (const side of [customer, first]) {
      for (const { Id, AbsoluteTime } of live) {
        const frame = side.items.all.find((item) => item.Id === Id);
        assert.equal(frame.AbsoluteTime, AbsoluteTime, 'live and reply agree');
        assert.equal(frame.ContactId, c1);
        assert.equal(frame.InitialContactId, c1);
      }
    }

    const items = await wholeTranscript(customer);
    assert.deepEqual(spoken(items).slice(0, 3), ['CUSTOMER: where is my order?', 'CUSTOMER joined', 'AGENT joined']);
    assert.ok(items.some((item) => line(item) === 'SYSTEM says'), 'the inbound flow greets');
    assert.ok(items.every((item) => item.ContactId === c1 && item.RelatedContactId === undefined));
    await checkAllSizes(customer, { past: [], current: items, initialContactId: c1 });
    await checkAllSizes(first, { past: [], current: items, initialContactId: c1 });

    const contact = await describe(perch, c1);
    assert.equal(contact.Id, c1);
    assert.equal(contact.InitialContactId, undefined, 'the first contact names no other');
    assert.equal(contact.PreviousContactId, undefined);
    assert.equal(contact.RelatedContactId, undefined);
    assert.equal(contact.InitiationMethod, 'API');
    assert.equal(contact.Channel, 'CHAT');
    assert.equal(contact.CustomerId, 'customer-1');
    assert.equal(contact.AgentInfo.Id, a1.user.Id);
    assert.ok(contact.QueueInfo.Id);
    assert.ok(contact.InitiationTimestamp instanceof Date);
    assert.equal(contact.DisconnectTimestamp, undefined, 'it is still open');
  });

  await t.test('typing and receipts are live and leave no item', async () => {
    const { Id } = await say(customer, 'are you there?', first);
    await first.signal(CONTENT.typing);
    const typing = await customer.sees(event(CONTENT.typing), 'typing');
    assert.equal(typing.ParticipantId, first.id);
    assert.equal(typing.ParticipantRole, 'AGENT');
    assert.ok(typing.DisplayName);

    const receipt = (kind) => (item) => item.Type === 'MESSAGEMETADATA'
      && item.MessageMetadata.MessageId === Id && item.MessageMetadata.Receipts[0][kind];
    await first.signal(CONTENT.delivered, { messageId: Id });
    const delivered = await customer.sees(receipt('DeliveredTimestamp'), 'a delivered receipt');
    assert.equal(delivered.ContentType, CONTENT.metadata);
    assert.equal(delivered.MessageMetadata.Receipts[0].RecipientParticipantId, first.id);
    await first.signal(CONTENT.read, { messageId: Id });
    await customer.sees(receipt('ReadTimestamp'), 'a read receipt');
    await first.signal(CONTENT.acknowledged);

    const items = await wholeTranscript(customer);
    assert.ok(items.every(isStored), 'only lasting items in the transcript');
    assert.ok(!customer.items.all.some((item) => [CONTENT.read, CONTENT.delivered, CONTENT.acknowledged].includes(item.ContentType)),
      'receipts and acknowledgements are not passed on as events');
    const { MessageMetadata } = items.find((item) => item.Id === Id);
    assert.ok(MessageMetadata.Receipts[0].ReadTimestamp, 'the message remembers that it was read');
  });

  await t.test('C2: a1 hands over to a2 by quick connect', async () => {
    await a2.status('Available');
    const me = await a1.me();
    assert.ok(!me.QuickConnects.some((each) => each.Username === a1.user.Username), 'nobody transfers to themselves');
    const quick = await a1.quickConnectTo({ username: a2.user.Username });
    ({ ContactId: c2 } = await a1.transfer(c1, { QuickConnectId: quick.Id }));
    assert.notEqual(c2, c1);

    for (const side of [customer, first]) {
      const left = await side.sees(event(CONTENT.left, { ParticipantId: first.id }), 'a1 leaves');
      const transferred = await side.sees(event(CONTENT.transferred), 'transfer.succeeded');
      assert.equal(left.ContactId, c1);
      assert.equal(transferred.ContactId, c1);
      assert.equal(transferred.ParticipantId, first.id, 'who transferred');
      assert.equal(transferred.ParticipantRole, 'AGENT');
      const order = side.items.all.map((item) => item.Id);
      assert.ok(order.indexOf(left.Id) < order.indexOf(transferred.Id), 'left comes first');
    }
    await first.socket.untilClosed('the socket of the one who left is closed');
    await forbidden(first.page(), 'who transferred reads no more');
    await forbidden(first.say('one more thing'), 'who transferred says no more');
    await a1.clear(c1);

    const offer = await a2.contact(c2, 'INCOMING');
    assert.equal(offer.InitialContactId, c1);
    assert.equal(offer.InitiationMethod, 'TRANSFER');
    second = await take(perch, a2, c2, customer);
    await say(second, 'a2 here', customer);
    const { Id } = await say(customer, 'hello again', second);
    const frame = customer.items.all.find((item) => item.Id === Id);
    assert.deepEqual([frame.ContactId, frame.InitialContactId], [c2, c1], 'one session, a new contact');

    const items = await wholeTranscript(customer);
    assert.deepEqual(spoken(ofContacts(items, c1)).slice(-2), ['AGENT left', 'transfer.succeeded']);
    assert.deepEqual(spoken(ofContacts(items, c2)), ['AGENT joined', 'AGENT: a2 here', 'CUSTOMER: hello again']);
    await checkAllSizes(customer, { past: [], current: items, initialContactId: c1 });
    await checkAllSizes(second, { past: [], current: items, initialContactId: c1 });

    const [was, is] = await Promise.all([describe(perch, c1), describe(perch, c2)]);
    assert.ok(was.DisconnectTimestamp instanceof Date, 'C1 is over');
    assert.equal(is.InitialContactId, c1);
    assert.equal(is.PreviousContactId, c1);
    assert.equal(is.InitiationMethod, 'TRANSFER');
    assert.equal(is.AgentInfo.Id, a2.user.Id);
    assert.equal(is.DisconnectTimestamp, undefined);
  });

  await t.test('C3: a2 ends, the survey asks, is answered, thanks and ends', async () => {
    const question = await endByAgent(a2, c2, customer);
    c3 = question.ContactId;
    assert.equal(question.InitialContactId, c1);
    const left = await second.sees(event(CONTENT.left, { ParticipantId: second.id }), 'a2 leaves');
    assert.equal(left.ContactId, c2);
    await second.socket.untilClosed('the socket of the agent who ended is closed');
    await forbidden(second.page(), 'the agent does not read the survey');
    assert.ok(!second.items.all.some((item) => item.ContactId === c3));
    await a2.clear(c2);
    await a2.status('Offline');
    assert.equal((await describe(perch, c3)).DisconnectTimestamp, undefined, 'the survey waits');

    past = await answerSurvey(customer, '5', c3);
    await perch.moved(1);
    const survey = ofContacts(past, c3).map(line);
    const answer = survey.indexOf('CUSTOMER: 5');
    assert.ok(answer > 0 && survey.slice(0, answer).every((each) => each === 'SYSTEM says'), `asks first: ${survey}`);
    const thanks = survey.slice(answer + 1, -1);
    assert.ok(thanks.length > 0 && thanks.every((each) => each === 'SYSTEM says'), `thanks after: ${survey}`);
    assert.equal(survey.at(-1), 'chat.ended');
    assert.deepEqual([...new Set(past.map(contactOf))], [c1, c2, c3], 'contacts do not interleave');

    await forbidden(customer.page(), 'an ended chat is not read');
    await forbidden(customer.say('hello?'), 'an ended chat takes nothing');
    await forbidden(customer.connect(), 'an ended chat is not connected to');

    const [two, three] = await Promise.all([describe(perch, c2), describe(perch, c3)]);
    assert.equal(two.DisconnectReason, 'AGENT_DISCONNECT');
    assert.equal(three.InitialContactId, c1);
    assert.equal(three.PreviousContactId, c2);
    assert.equal(three.InitiationMethod, 'DISCONNECT');
    assert.equal(three.DisconnectReason, 'CONTACT_FLOW_DISCONNECT');
    assert.equal(three.AgentInfo?.Id, undefined, 'no agent in the survey');
    assert.ok(three.DisconnectTimestamp instanceof Date);

    for (const id of [c1, c2, c3]) {
      const chain = await associated(id);
      assert.deepEqual(chain.map((each) => each.ContactId), [c1, c2, c3]);
      assert.deepEqual(chain.map((each) => each.InitiationMethod), ['API', 'TRANSFER', 'DISCONNECT']);
      assert.deepEqual(chain.map((each) => each.PreviousContactId), [undefined, c1, c2]);
    }
    const pages = await associatedPages(c1, 2);
    assert.deepEqual(pages.map((page) => page.ContactSummaryList.map((each) => each.ContactId)), [[c1, c2], [c3]]);
  });

  await t.test('D1 continues from C2: C2 and C1 come back, the survey does not', async () => {
    await a1.status('Available');
    const opened = await open(perch, { ...continuing(c2, 'FROM_SEGMENT'), Attributes: { tier: 'silver' } });
    const returning = opened.customer;
    d1 = opened.contactId;
    assert.equal(opened.started.ContinuedFromContactId, c2);
    const rehydrated = returning.items.all.find((item) => item.ContentType === CONTENT.rehydrated);
    assert.equal(rehydrated.Type, 'EVENT');
    assert.deepEqual([rehydrated.ContactId, rehydrated.InitialContactId], [d1, d1]);

    const offer = await a1.contact(d1, 'INCOMING');
    assert.equal(offer.RelatedContactId, c2);
    assert.equal(offer.InitiationMethod, 'API');
    const agent = await take(perch, a1, d1, returning);
    await say(returning, 'me again', agent);
    await say(agent, 'welcome back', returning);

    const contact = await describe(perch, d1);
    assert.equal(contact.RelatedContactId, c2);
    assert.equal(contact.InitialContactId, undefined, 'a new session');
    assert.equal(contact.PreviousContactId, undefined);
    assert.equal(contact.InitiationMethod, 'API');
    assert.equal(contact.CustomerId, 'customer-1', 'copied from the related contact');

    const expected = {
      past: ofContacts(past, c1, c2),
      current: present(await wholeTranscript(returning)),
      initialContactId: d1,
    };
    await checkAllSizes(returning, expected);
    await checkAllSizes(agent, expected);

    const from = agent.items.length;
    d1Items = await leave(returning);
    assert.ok(spoken(d1Items).includes('CUSTOMER left'));
    assert.equal(line(d1Items.at(-1)), 'chat.ended');
    await agent.sees(event(CONTENT.left, { ParticipantId: returning.id }), 'the customer leaves', { from });
    await agent.sees(event(CONTENT.ended), 'chat.ended', { from });
    await agent.socket.untilClosed();
    await a1.clear(d1);
    await perch.moved(2);
    assert.equal((await describe(perch, d1)).DisconnectReason, 'CUSTOMER_DISCONNECT');

    const linked = (await associated(d1)).map((each) => each.ContactId);
    assert.equal(linked[0], d1, 'its own chain first');
    assert.ok(linked.indexOf(c1) > 0 && linked.indexOf(c2) > linked.indexOf(c1), 'then what it continues');
  });

  await t.test('E1 continues the whole first session: C3 comes back, too', async () => {
    const opened = await open(perch, continuing(c1, 'ENTIRE_PAST_SESSION'));
    const agent = await take(perch, a1, opened.contactId, opened.customer);
    assert.equal(opened.started.ContinuedFromContactId, c3);
    assert.equal((await describe(perch, opened.contactId)).RelatedContactId, c3);

    const expected = {
      past,
      current: present(await wholeTranscript(opened.customer)),
      initialContactId: opened.contactId,
    };
    await checkAllSizes(opened.customer, expected);
    await checkAllSizes(agent, expected);
    await leave(opened.customer);
    await a1.clear(opened.contactId);
    await perch.moved(3);
  });

  await t.test('F1 continues D1: links add up, and what D1 dropped stays dropped', async () => {
    const opened = await open(perch, continuing(d1, 'ENTIRE_PAST_SESSION'));
    const f1 = opened.contactId;
    assert.equal(opened.started.ContinuedFromContactId, d1);
    assert.equal((await describe(perch, f1)).RelatedContactId, d1);
    const agent = await take(perch, a1, f1, opened.customer);
    await say(opened.customer, 'and again', agent);

    const history = [...ofContacts(past, c1, c2), ...d1Items];
    const expected = { past: history, current: present(await wholeTranscript(opened.customer)), initialContactId: f1 };
    await checkAllSizes(opened.customer, expected);
    await checkAllSizes(agent, expected);
    assert.deepEqual([...new Set(history.map(contactOf))], [c1, c2, d1]);

    // Ended by the agent this time: the new session has a survey of its own, and its past is not changed by it.
    const question = await endByAgent(a1, f1, opened.customer);
    assert.notEqual(question.ContactId, c3);
    await checkAllSizes(opened.customer, { ...expected, current: present(await wholeTranscript(opened.customer)) });
    const own = await answerSurvey(opened.customer, '4', question.ContactId);
    await perch.moved(4);
    assert.deepEqual([...new Set(own.map(contactOf))], [f1, question.ContactId]);
    assert.deepEqual(own.slice(0, expected.current.length).map(core), expected.current.map(core));
    await a1.goHome();
  });
});

test('a transfer to a queue is offered to whoever serves it', { timeout: 120_000 }, async () => {
  await a1.goHome();
  await a2.goHome();
  await a1.status('Available');
  const { customer, contactId } = await open(perch);
  const first = await take(perch, a1, contactId, customer);
  await a1.status('Offline');
  await a2.status('Available');
  const quick = await a1.quickConnectTo({ type: 'QUEUE' });
  const { ContactId: next } = await a1.transfer(contactId, { QuickConnectId: quick.Id });
  await first.sees(event(CONTENT.transferred), 'transfer.succeeded');

  const offer = await a2.contact(next, 'INCOMING');
  assert.equal(offer.InitiationMethod, 'TRANSFER');
  const second = await take(perch, a2, next, customer);
  await say(customer, 'hello', second);
  const contact = await describe(perch, next);
  assert.equal(contact.QueueInfo.Id, quick.QueueId);
  assert.deepEqual([contact.InitialContactId, contact.PreviousContactId], [contactId, contactId]);
  await customer.disconnect();
  await second.sees(event(CONTENT.ended), 'chat.ended');
  assert.ok(second.items.all.some(message({ Content: 'hello' })));
  await a1.goHome();
  await a2.goHome();
});
