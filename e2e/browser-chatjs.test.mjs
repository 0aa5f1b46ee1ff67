// ChatJS as it was published, in a browser, on a page of another origin: both generations that are in use.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CHATJS, noBrowser, startBrowser, startSite, visit, workers } from './lib/browser.mjs';
import { BrowserSession, startByFetch } from './lib/browser-chatjs.mjs';
import { continuing, describe, present, say, take } from './lib/chat.mjs';
import { CONTENT, event, isStored, line, message, spoken } from './lib/items.mjs';
import { checkAllSizes, oldestFirst } from './lib/pages.mjs';
import { startPerch } from './lib/perch.mjs';
import { startBody } from './lib/start-endpoint.mjs';
import { eventually } from './lib/wait.mjs';

let perch;
let site;
let browser;
let agent;

before(async () => {
  if (noBrowser) return;
  browser = await startBrowser();
  site = await startSite();
  perch = await startPerch();
  [agent] = await perch.agents();
});

after(async () => {
  await browser?.close();
  await site?.stop();
  await perch?.stop();
});

/** A customer comes to the shop's page, which starts a chat and connects. */
async function arrive(version, more) {
  const visitor = await visit(browser, site.page(version));
  const started = await startByFetch(visitor, perch.info.StartEndpoint, startBody(perch, more));
  const customer = await BrowserSession.create(visitor, perch.info, started);
  assert.equal(await customer.connect(), true);
  const joined = event(CONTENT.joined, { ParticipantId: customer.id });
  await eventually(async () => (await customer.transcript({ maxResults: 100 })).Transcript.some(joined), 'the customer joins');
  await eventually(async () => (await describe(perch, customer.contactId)).QueueInfo?.EnqueueTimestamp, 'the flow queues the contact');
  return { visitor, customer, started };
}

async function whole(customer) {
  return oldestFirst(await customer.pages({ MaxResults: 100 }));
}

/** Adds what was pushed after `items` were read: the log also beyond its end. */
function withTold(items, customer) {
  const known = new Set(items.map((item) => item.Id));
  return [...items, ...customer.messages.all.map(({ data }) => data).filter((item) => isStored(item) && !known.has(item.Id))];
}

function checkRecord({ record }) {
  assert.deepEqual([...record.hosts], ['127.0.0.1'], 'nothing leaves this machine');
  assert.deepEqual(record.errors, [], 'no script has failed');
  const [start] = record.requests.all.filter(({ url }) => url === perch.info.StartEndpoint);
  assert.equal(start.headers['Content-Type'], 'text/plain;charset=UTF-8');
  const preflights = record.requests.all.filter(({ method }) => method === 'OPTIONS').map(({ url }) => new URL(url).pathname);
  assert.ok(!preflights.includes('/Prod/'), 'text needs no preflight');
  assert.ok(preflights.includes('/participant/connection'), 'the rest is asked for first, as from any other origin');
}

for (const version of Object.keys(CHATJS)) {
  test(`ChatJS ${version} in a browser`, { skip: noBrowser, timeout: 300_000 }, async (t) => {
    let visitor;
    let customer;
    let person;
    let past;

    await t.test('a chat starts from a page of another origin', async () => {
      await agent.status('Available');
      ({ visitor, customer } = await arrive(version, { InitialMessage: { ContentType: 'text/plain', Content: 'where is my order?' } }));
      assert.notEqual(new URL(perch.endpoint).origin, site.origin);
      person = await take(perch, agent, customer.contactId, customer);
    });

    await t.test('messages go both ways, once each', async () => {
      const ids = [
        await say(customer, 'hello from the page', person),
        await say(person, 'good morning', customer),
        await say(customer, 'smørrebrød 🥪 "<b>&amp;"', person),
      ].map(({ Id }) => Id);
      for (const id of ids) assert.equal(customer.messages.all.filter(({ data }) => data.Id === id).length, 1);
      assert.equal(customer.rehydrated.length, 0, 'nothing to bring back');
    });

    await t.test('typing is seen on both sides', async () => {
      await person.signal(CONTENT.typing);
      const { data } = await customer.typing.first((each) => each.data.ParticipantRole === 'AGENT', 'the page sees typing');
      assert.equal(data.ParticipantId, person.id);
      await customer.event(CONTENT.typing);
      await person.sees(event(CONTENT.typing, { ParticipantRole: 'CUSTOMER', ParticipantId: customer.id }), 'the agent sees typing');
    });

    await t.test('receipts reach the other side', async () => {
      for (const text of ['one', 'two']) {
        const { Id: messageId } = await say(customer, text, person);
        await person.signal(CONTENT.delivered, { messageId });
        await person.signal(CONTENT.read, { messageId });
        const about = (each) => each.data.MessageMetadata.MessageId === messageId;
        await customer.delivered.first(about, 'a delivered receipt');
        const { data } = await customer.read.first(about, 'a read receipt');
        assert.equal(data.MessageMetadata.Receipts[0].RecipientParticipantId, person.id);
      }
      const { Id: messageId } = await say(person, 'three', customer);
      await customer.event(CONTENT.read, { messageId, disableThrottle: true });
      const isRead = (item) => item.Type === 'MESSAGEMETADATA' && item.MessageMetadata.MessageId === messageId
        && item.MessageMetadata.Receipts[0].ReadTimestamp;
      const { MessageMetadata } = await person.sees(isRead, 'the agent sees a read receipt');
      assert.equal(MessageMetadata.Receipts[0].RecipientParticipantId, customer.id);
    });

    await t.test('a reloaded page goes on', async () => {
      await visitor.page.reload();
      await customer.load(perch.info);
      assert.equal(await customer.connect(), true);
      await say(person, 'still there?', customer);
      await say(customer, 'yes', person);
      const items = await whole(customer);
      assert.equal(items.filter(event(CONTENT.joined, { ParticipantId: customer.id })).length, 1, 'one person, one joined');
    });

    await t.test('the transcript is whole at every page size', async () => {
      const items = await whole(customer);
      assert.deepEqual(spoken(items).filter((each) => each.includes(':')), [
        'CUSTOMER: where is my order?', 'CUSTOMER: hello from the page', 'AGENT: good morning',
        'CUSTOMER: smørrebrød 🥪 "<b>&amp;"', 'CUSTOMER: one', 'CUSTOMER: two', 'AGENT: three', 'AGENT: still there?', 'CUSTOMER: yes',
      ]);
      await checkAllSizes(customer, { past: [], current: items, initialContactId: customer.contactId });
    });

    await t.test('the agent ends it, and the survey comes on the same page', async () => {
      const from = customer.messages.length;
      await agent.end(customer.contactId);
      await customer.sees((item) => message({ ParticipantRole: 'SYSTEM' })(item) && item.ContactId !== customer.contactId,
        'the survey asks', { from });
      const read = await whole(customer);
      await customer.say('5');
      await customer.ended.first(() => true, 'onEnded');
      await customer.sees(event(CONTENT.ended), 'chat.ended');
      await assert.rejects(customer.say('hello?'), 'an ended session says nothing');
      past = withTold(read, customer);
      assert.equal(line(past.at(-1)), 'chat.ended');
      await agent.clear(customer.contactId);
      await agent.status('Offline');
      assert.equal(customer.broken.length, 0, 'nothing has broken');
    });

    await t.test('the customer comes back, and the past with them', async () => {
      checkRecord(visitor);
      await visitor.close();
      const back = await arrive(version, continuing(customer.contactId, 'ENTIRE_PAST_SESSION'));
      ({ visitor } = back);
      assert.equal(back.started.ContinuedFromContactId, past.at(-1).ContactId);
      const { data } = await back.customer.rehydrated.first(() => true, 'onChatRehydrated');
      assert.deepEqual([data.Type, data.ContactId], ['EVENT', back.customer.contactId]);
      await say(back.customer, 'me again');
      const latest = await back.customer.transcript();
      assert.ok(latest.Transcript.every((item) => item.ContactId === back.customer.contactId), 'the first page is of the present');
      assert.ok(latest.NextToken, 'and leads into the past');
      await checkAllSizes(back.customer, { past, current: present(await whole(back.customer)), initialContactId: back.customer.contactId });

      await back.customer.leave();
      await eventually(async () => (await describe(perch, back.customer.contactId)).DisconnectTimestamp, 'the customer leaves');
      await assert.rejects(back.customer.say('hello?'), 'who has left says nothing');
    });

    await t.test('nothing has left this machine', async () => {
      checkRecord(visitor);
      assert.deepEqual(await workers(browser), [], 'and there is no worker that could');
      await visitor.close();
    });
  });
}
