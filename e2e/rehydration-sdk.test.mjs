// Whose history comes back, and how it is read: every way of continuing one past session, then pages in
// both directions, tokens, and associations made while the chat is running.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CreatePersistentContactAssociationCommand } from '@aws-sdk/client-connect';
import {
  continuing, describe, leave, ofContacts, open, playChain, present, say, start, take, wholeTranscript,
} from './lib/chat.mjs';
import { CONTENT, contactOf, core, event } from './lib/items.mjs';
import {
  checkAllSizes, checkBackward, checkMarkers, checkTimes, itemsOf, oldestFirst, PAGE_SIZES, walk,
} from './lib/pages.mjs';
import { startPerch } from './lib/perch.mjs';
import { Participant } from './lib/participant.mjs';

const BACKWARD = { ScanDirection: 'BACKWARD', SortOrder: 'ASCENDING' };
const FORWARD = { ScanDirection: 'FORWARD', SortOrder: 'ASCENDING' };

const NOBODYS = '00000000-0000-4000-8000-000000000000';

let perch;
let agents;
let chain; // C1 → C2 → C3, ended

before(async () => {
  perch = await startPerch();
  agents = await perch.agents();
  chain = await playChain(perch, agents);
});

after(() => perch?.stop());

const ids = (items) => items.map((item) => item.Id);

function associate(contactId, SourceContactId, RehydrationType, more = {}) {
  return perch.connect.send(new CreatePersistentContactAssociationCommand({
    InstanceId: perch.info.InstanceId, InitialContactId: contactId, SourceContactId, RehydrationType, ...more,
  }));
}

/** Connects to a chat that continues something, checks it through and through, and ends it. */
async function checkContinued(opened, continuedFrom, past) {
  const { started, customer, contactId } = opened;
  assert.equal(started.ContinuedFromContactId, continuedFrom);
  assert.equal((await describe(perch, contactId)).RelatedContactId, continuedFrom);
  const current = present(await wholeTranscript(customer));
  await checkAllSizes(customer, { past, current, initialContactId: contactId });
  return leave(customer);
}

for (const { type, source, from, keeps } of [
  { type: 'FROM_SEGMENT', source: 'c1', from: 'c1', keeps: ['c1'] },
  { type: 'FROM_SEGMENT', source: 'c2', from: 'c2', keeps: ['c1', 'c2'] },
  { type: 'FROM_SEGMENT', source: 'c3', from: 'c3', keeps: ['c1', 'c2', 'c3'] },
  { type: 'ENTIRE_PAST_SESSION', source: 'c1', from: 'c3', keeps: ['c1', 'c2', 'c3'] },
  // Not the session's first contact: its session is meant.
  { type: 'ENTIRE_PAST_SESSION', source: 'c2', from: 'c3', keeps: ['c1', 'c2', 'c3'] },
]) {
  test(`${type} ${source}: continued from ${from}, brings back ${keeps}`, async () => {
    const opened = await open(perch, continuing(chain[source], type));
    await checkContinued(opened, chain[from], ofContacts(chain.items, ...keeps.map((each) => chain[each])));
  });
}

test('ENTIRE_PAST_SESSION of a chat that was continued FROM_SEGMENT c2 does not bring c3 back', async () => {
  const kept = ofContacts(chain.items, chain.c1, chain.c2);
  const middle = await open(perch, continuing(chain.c2, 'FROM_SEGMENT'));
  const own = await checkContinued(middle, chain.c2, kept);
  const last = await open(perch, continuing(middle.contactId, 'ENTIRE_PAST_SESSION'));
  await checkContinued(last, middle.contactId, [...kept, ...own]);
});

test('two chats may continue the same past, each with its own end', async () => {
  const [one, two] = await Promise.all(['c2', 'c2'].map((id) => open(perch, continuing(chain[id], 'FROM_SEGMENT'))));
  const past = ofContacts(chain.items, chain.c1, chain.c2);
  await one.customer.say('the one');
  await two.customer.say('the other');
  for (const { customer, contactId } of [one, two]) {
    const current = present(await wholeTranscript(customer));
    assert.equal(current.filter((item) => item.Content?.startsWith('the ')).length, 1);
    await checkBackward(customer, 3, { past, current, initialContactId: contactId });
    await leave(customer);
  }
});

test('an ordinary chat has no past', async () => {
  const { started, customer, contactId } = await open(perch);
  assert.equal(started.ContinuedFromContactId, undefined);
  assert.equal((await describe(perch, contactId)).RelatedContactId, undefined);
  const current = await wholeTranscript(customer);
  assert.ok(current.every((item) => item.ContactId === contactId && item.RelatedContactId === undefined));
  await checkAllSizes(customer, { past: [], current, initialContactId: contactId });
  await leave(customer);
  assert.ok(!customer.items.all.some((item) => item.ContentType === CONTENT.rehydrated));
});

test('a chat can be continued in the very moment it has ended', async () => {
  const { customer, contactId } = await open(perch);
  await customer.say('bye');
  await customer.disconnect();
  const next = await start(perch, continuing(contactId, 'ENTIRE_PAST_SESSION'));
  const back = await Participant.join(perch, next);
  const past = (await wholeTranscript(back)).filter((item) => item.RelatedContactId);
  assert.ok(past.some((item) => item.Content === 'bye'));
  assert.equal(past.at(-1).ContentType, CONTENT.ended);
  await leave(back);
});

test('pages walk in both directions, from one kept token, on any connection', async (t) => {
  const { customer, contactId } = await open(perch, continuing(chain.c1, 'ENTIRE_PAST_SESSION'));
  for (let i = 0; i < 4; i++) await say(customer, `present ${i}`);
  const all = await wholeTranscript(customer);
  const current = present(all);
  const pages = await customer.pages({ ...BACKWARD, MaxResults: 3 });

  await t.test('FORWARD from the past goes on into the present', async () => {
    await customer.connect(); // a token outlives the connection that it was given to
    for (const [i, { NextToken }] of pages.entries()) {
      if (!NextToken) continue;
      const newer = oldestFirst(pages.slice(0, i + 1));
      for (const size of PAGE_SIZES) {
        const back = await walk((more) => customer.page({ ...FORWARD, MaxResults: size, ...more }), { NextToken });
        checkMarkers(back);
        assert.ok(back.every((page) => page.Transcript.length > 0 && page.Transcript.length <= size));
        assert.deepEqual(ids(itemsOf(back)), ids(newer), `from token ${i}, page size ${size}`);
      }
    }
  });

  await t.test('a token may be used again, with another page size', async () => {
    const { NextToken } = pages[1];
    const older = oldestFirst(pages.slice(2));
    for (const size of [1, 15, 2]) {
      const again = await walk((more) => customer.page({ ...BACKWARD, MaxResults: size, ...more }), { NextToken });
      assert.deepEqual(ids(oldestFirst(again)), ids(older));
    }
    const twice = await Promise.all([1, 2].map(() => customer.page({ ...BACKWARD, MaxResults: 2, NextToken })));
    assert.deepEqual(ids(twice[0].Transcript), ids(twice[1].Transcript));
  });

  await t.test('DESCENDING turns the items within each page', async () => {
    const turned = await customer.pages({ ScanDirection: 'BACKWARD', SortOrder: 'DESCENDING', MaxResults: 3 });
    assert.deepEqual(ids(itemsOf(turned)), ids([...all].reverse()));
    const bare = await customer.page({ MaxResults: 100 });
    assert.deepEqual(ids(bare.Transcript), ids([...current].reverse()), 'BACKWARD and DESCENDING unless told');
  });

  await t.test('FORWARD without a start begins with this session', async () => {
    const forward = await customer.pages({ ...FORWARD, MaxResults: 2 });
    assert.deepEqual(ids(itemsOf(forward)), ids(current));
  });

  await t.test('StartPosition and ContactId also find past items', async () => {
    const somewhere = all[2];
    const { Transcript } = await customer.page({ StartPosition: { Id: somewhere.Id }, SortOrder: 'ASCENDING', MaxResults: 2 });
    assert.deepEqual(ids(Transcript), ids(all.slice(2, 4)), 'forward from the item on');
    const ofC2 = await customer.pages({ ...BACKWARD, ContactId: chain.c2, MaxResults: 2 });
    assert.deepEqual(oldestFirst(ofC2).map(core), ofContacts(chain.items, chain.c2).map(core));
  });

  await t.test('each item once, also while new ones arrive', async () => {
    for (const size of [1, 2, 3]) {
      const before = await wholeTranscript(customer);
      const meanwhile = await walk(async (more) => {
        const page = await customer.page({ ...BACKWARD, MaxResults: size, ...more });
        await customer.say(`in between, page size ${size}`);
        return page;
      });
      assert.deepEqual(ids(oldestFirst(meanwhile)), ids(before));
    }
    const after = await wholeTranscript(customer);
    checkTimes(after);
    assert.equal(new Set(ids(after)).size, after.length);
  });

  await t.test('a token of another chat, or none of ours, is refused', async () => {
    const other = await open(perch, continuing(chain.c2, 'FROM_SEGMENT'));
    for (const NextToken of [pages[0].NextToken, pages.at(-2).NextToken, 'not-a-token']) {
      await assert.rejects(other.customer.page({ ...BACKWARD, NextToken }), (error) => {
        assert.equal(error.name, 'ValidationException');
        assert.equal(error.$metadata.httpStatusCode, 400);
        return true;
      });
    }
    await leave(other.customer);
  });

  await leave(customer);
  assert.ok(current.every((item) => item.ContactId === contactId));
});

test('CreatePersistentContactAssociation on a running chat', async (t) => {
  const [a1] = agents;
  await a1.status('Available');
  const { customer, contactId } = await open(perch, { Attributes: { tier: 'silver' } });
  const agent = await take(perch, a1, contactId, customer);
  await say(customer, 'before', agent);
  assert.ok((await wholeTranscript(customer)).every((item) => item.ContactId === contactId));

  await t.test('brings the past in and says so on the open socket', async () => {
    const { ContinuedFromContactId } = await associate(contactId, chain.c2, 'FROM_SEGMENT', { ClientToken: 'once' });
    assert.equal(ContinuedFromContactId, chain.c2);
    const signal = await customer.sees(event(CONTENT.rehydrated), 'chat.rehydrated');
    assert.equal(signal.Type, 'EVENT');
    assert.deepEqual([signal.ContactId, signal.InitialContactId], [contactId, contactId]);
    assert.ok(signal.Id && signal.AbsoluteTime);
    assert.equal((await describe(perch, contactId)).RelatedContactId, chain.c2);
    const expected = {
      past: ofContacts(chain.items, chain.c1, chain.c2),
      current: present(await wholeTranscript(customer)),
      initialContactId: contactId,
    };
    await checkAllSizes(customer, expected);
    await checkAllSizes(agent, expected);
  });

  await t.test('happens once', async () => {
    const again = await associate(contactId, chain.c2, 'FROM_SEGMENT', { ClientToken: 'once' });
    assert.equal(again.ContinuedFromContactId, chain.c2, 'the same request again has the same reply');
    for (const more of [{}, { ClientToken: 'twice' }]) {
      await assert.rejects(associate(contactId, chain.c2, 'FROM_SEGMENT', more), { name: 'InvalidRequestException' });
    }
    await assert.rejects(associate(contactId, chain.c1, 'FROM_SEGMENT', { ClientToken: 'once' }), { name: 'InvalidRequestException' });
  });

  await t.test('is told to every socket that subscribes later', async () => {
    const again = await Participant.join(perch, { ContactId: contactId, ParticipantId: customer.id, ParticipantToken: customer.token });
    await again.sees(event(CONTENT.rehydrated), 'chat.rehydrated');
    await again.socket.close();
  });

  await leave(customer);
  await a1.goHome();
  await assert.rejects(associate(contactId, chain.c2, 'FROM_SEGMENT'), { name: 'InvalidRequestException' }, 'not on an ended chat');
});

test('the inbound flow associates by the attribute sourceContactId', async () => {
  for (const { attributes, from, keeps } of [
    { attributes: { sourceContactId: chain.c1 }, from: 'c3', keeps: ['c1', 'c2', 'c3'] },
    { attributes: { sourceContactId: chain.c2, rehydrationType: 'FROM_SEGMENT' }, from: 'c2', keeps: ['c1', 'c2'] },
  ]) {
    const { started, customer, contactId } = await open(perch, { Attributes: attributes });
    assert.equal(started.ContinuedFromContactId, undefined, 'the flow does it, not the start');
    await customer.sees(event(CONTENT.rehydrated), 'chat.rehydrated');
    assert.equal((await describe(perch, contactId)).RelatedContactId, chain[from]);
    await checkBackward(customer, 3, {
      past: ofContacts(chain.items, ...keeps.map((each) => chain[each])),
      current: present(await wholeTranscript(customer)),
      initialContactId: contactId,
    });
    await leave(customer);
  }
});

test('the inbound flow goes on where it cannot associate', async () => {
  const [a1] = agents;
  await a1.status('Available');
  const { customer, contactId } = await open(perch, { Attributes: { sourceContactId: NOBODYS } });
  const agent = await take(perch, a1, contactId, customer);
  await say(customer, 'hello', agent);
  assert.equal((await describe(perch, contactId)).RelatedContactId, undefined);
  assert.ok((await wholeTranscript(customer)).every((item) => contactOf(item) === contactId));
  await leave(customer);
  await a1.goHome();
});
