// The Connect and participant operations one by one: what they refuse and with which error, retries with the
// same token, attributes, signatures, ARNs, and stopping a contact.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  DescribeContactCommand,
  GetContactAttributesCommand,
  ListAssociatedContactsCommand,
  StartChatContactCommand,
  UpdateContactAttributesCommand,
} from '@aws-sdk/client-connect';
import { CreateParticipantConnectionCommand } from '@aws-sdk/client-connectparticipant';
import {
  continuing, describe, endByAgent, leave, open, playChain, say, start, startRequest, stop, take, wholeTranscript,
} from './lib/chat.mjs';
import { CONTENT, event, line } from './lib/items.mjs';
import { startPerch } from './lib/perch.mjs';
import { Participant } from './lib/participant.mjs';

const NOBODYS = '00000000-0000-4000-8000-000000000000';

let perch;
let a1;
let a2;
let chain;

before(async () => {
  perch = await startPerch();
  [a1, a2] = await perch.agents();
  chain = await playChain(perch, [a1, a2], { Attributes: { customerName: 'Ada', tier: 'gold' }, CustomerId: 'customer-7' });
});

after(() => perch?.stop());

/** The call fails with this error and status, and says why. */
async function refused(promise, name, status, what) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.name, name, what);
    assert.equal(error.$metadata.httpStatusCode, status, what);
    assert.ok(error.message && error.message !== 'UnknownError', 'an error says what is wrong');
    return true;
  });
}

function allDenied(...attempts) {
  return Promise.all(attempts.map((each) => refused(each, 'AccessDeniedException', 403)));
}

async function attributes(InitialContactId) {
  const reply = await perch.connect.send(new GetContactAttributesCommand({ InstanceId: perch.info.InstanceId, InitialContactId }));
  return reply.Attributes;
}

test('what cannot be continued', async (t) => {
  await t.test('a chat that is still open', async () => {
    const { customer, contactId } = await open(perch);
    for (const type of ['FROM_SEGMENT', 'ENTIRE_PAST_SESSION']) {
      await refused(start(perch, continuing(contactId, type)), 'InvalidRequestException', 400);
    }
    await leave(customer);
  });

  await t.test('an ended contact of a session that goes on', async () => {
    await a1.status('Available');
    const { customer, contactId } = await open(perch);
    await take(perch, a1, contactId, customer);
    const quick = await a1.quickConnectTo({ username: a2.user.Username });
    await a1.transfer(contactId, { QuickConnectId: quick.Id });
    await customer.sees(event(CONTENT.transferred), 'transfer.succeeded');
    assert.ok((await describe(perch, contactId)).DisconnectTimestamp, 'the contact itself is over');
    for (const type of ['FROM_SEGMENT', 'ENTIRE_PAST_SESSION']) {
      await refused(start(perch, continuing(contactId, type)), 'InvalidRequestException', 400);
    }
    await leave(customer);
    await a1.goHome();
  });

  await t.test('an unknown contact', () => refused(
    start(perch, continuing(NOBODYS, 'FROM_SEGMENT')), 'ResourceNotFoundException', 404));

  await t.test('a chat together with a related contact', () => refused(
    start(perch, { ...continuing(chain.c2, 'FROM_SEGMENT'), RelatedContactId: chain.c1 }), 'InvalidRequestException', 400));

  await t.test('a chat without or with a wrong rehydration type', async () => {
    for (const type of [undefined, 'EVERYTHING']) {
      await assert.rejects(start(perch, continuing(chain.c2, type)), (error) => {
        assert.match(error.name, /^Invalid(Request|Parameter)Exception$/);
        return error.$metadata.httpStatusCode === 400;
      });
    }
  });
});

test('RelatedContactId links without bringing a transcript back', async () => {
  const { started, customer, contactId } = await open(perch, { RelatedContactId: chain.c2 });
  assert.equal(started.ContinuedFromContactId, undefined);
  assert.equal((await describe(perch, contactId)).RelatedContactId, chain.c2);
  const items = await wholeTranscript(customer);
  assert.ok(items.every((item) => item.ContactId === contactId));
  await leave(customer);
  assert.ok(!customer.items.all.some(event(CONTENT.rehydrated)));
});

test('StartChatContact with a ClientToken starts one chat', async () => {
  const request = { ClientToken: 'start-once', ...continuing(chain.c2, 'FROM_SEGMENT') };
  const [one, two] = await Promise.all([start(perch, request), start(perch, request)]);
  const three = await start(perch, request);
  for (const each of [two, three]) {
    assert.deepEqual(
      [each.ContactId, each.ParticipantId, each.ContinuedFromContactId],
      [one.ContactId, one.ParticipantId, one.ContinuedFromContactId],
    );
  }
  const customer = await Participant.join(perch, three);
  await refused(start(perch, { ...request, ParticipantDetails: { DisplayName: 'Eve' } }), 'InvalidRequestException', 400);
  await leave(customer);
});

test('SendMessage with a ClientToken says it once', async () => {
  const { customer } = await open(perch);
  const one = await customer.say('once', { ClientToken: 'say-once' });
  const two = await customer.say('once', { ClientToken: 'say-once' });
  assert.deepEqual([two.Id, two.AbsoluteTime], [one.Id, one.AbsoluteTime]);
  await refused(customer.say('other', { ClientToken: 'say-once' }), 'ValidationException', 400);
  assert.equal((await wholeTranscript(customer)).filter((item) => line(item) === 'CUSTOMER: once').length, 1);
  await leave(customer);
  assert.equal(customer.items.all.filter((item) => item.Id === one.Id).length, 1);
});

test('attributes and customer id go along to the new chat', async () => {
  assert.deepEqual(pick(await attributes(chain.c1), 'customerName', 'tier'), { customerName: 'Ada', tier: 'gold' });

  const { customer, contactId } = await open(perch, {
    ...continuing(chain.c2, 'FROM_SEGMENT'), Attributes: { tier: 'silver', page: 'orders' },
  });
  assert.deepEqual(
    pick(await attributes(contactId), 'customerName', 'tier', 'page'),
    { customerName: 'Ada', tier: 'silver', page: 'orders' },
    'the request wins, the rest is copied',
  );
  assert.equal((await describe(perch, contactId)).CustomerId, 'customer-7');

  const { InstanceId } = perch.info;
  await perch.connect.send(new UpdateContactAttributesCommand({ InstanceId, InitialContactId: contactId, Attributes: { tier: 'lead' } }));
  assert.equal((await attributes(contactId)).tier, 'lead');
  assert.equal((await attributes(chain.c1)).tier, 'gold', 'the past chat keeps its own');
  await leave(customer);
  await perch.connect.send(new UpdateContactAttributesCommand({ InstanceId, InitialContactId: contactId, Attributes: { later: 'yes' } }));
  assert.equal((await attributes(contactId)).later, 'yes', 'also on an ended contact');

  // Which chat was continued is said anew each time, and not inherited.
  const named = await open(perch, { Attributes: { sourceContactId: chain.c1, rehydrationType: 'FROM_SEGMENT' } });
  await leave(named.customer);
  const next = await open(perch, continuing(named.contactId, 'ENTIRE_PAST_SESSION'));
  const inherited = await attributes(next.contactId);
  assert.ok(!('sourceContactId' in inherited) && !('rehydrationType' in inherited));
  assert.equal(inherited.customerName, 'Ada');
  await leave(next.customer);
});

test('StopContact ends the session without a survey, and only once', async () => {
  await a1.status('Available');
  const { customer, contactId } = await open(perch);
  const agent = await take(perch, a1, contactId, customer);
  await say(agent, 'one moment', customer);
  const from = customer.items.length;
  await stop(perch, contactId);
  for (const side of [customer, agent]) {
    const ended = await side.sees(event(CONTENT.ended), 'chat.ended');
    assert.equal(ended.ContactId, contactId);
    await side.socket.untilClosed();
  }
  assert.ok(customer.items.all.slice(from).every((item) => item.ContactId === contactId), 'no survey contact');
  assert.equal((await describe(perch, contactId)).DisconnectReason, 'API');
  await refused(stop(perch, contactId), 'ContactNotFoundException', 410);
  await refused(customer.page(), 'AccessDeniedException', 403);
  await a1.goHome();

  const back = await open(perch, continuing(contactId, 'ENTIRE_PAST_SESSION'));
  assert.equal(back.started.ContinuedFromContactId, contactId);
  await leave(back.customer);
});

test('a rejected offer goes to the next agent', async () => {
  await a1.status('Available');
  const { customer, contactId } = await open(perch);
  await a1.contact(contactId, 'INCOMING');
  await a1.reject(contactId);
  await a1.contact(contactId, 'REJECTED');
  await a2.status('Available');
  const agent = await take(perch, a2, contactId, customer);
  await assert.rejects(a1.accept(contactId), { status: 409 });
  await say(customer, 'hello', agent);
  const { ContactId: survey } = await endByAgent(a2, contactId, customer);
  await stop(perch, survey);
  await customer.sees(event(CONTENT.ended, { ContactId: survey }), 'chat.ended');
  await a1.goHome();
  await a2.goHome();
});

test('every participant call needs a token of its own chat', async () => {
  const { customer } = await open(perch);
  for (const token of ['nonsense', customer.token]) {
    const stranger = new Participant(perch, { ParticipantToken: customer.token });
    stranger.connection = { ConnectionCredentials: { ConnectionToken: token } };
    await allDenied(stranger.page(), stranger.say('hi'), stranger.signal(CONTENT.typing), stranger.disconnect());
  }
  const { ConnectionToken } = customer.connection.ConnectionCredentials;
  for (const ParticipantToken of ['nonsense', ConnectionToken]) {
    await refused(new Participant(perch, { ParticipantToken }).connect(), 'AccessDeniedException', 403);
  }
  await leave(customer);
  await allDenied(customer.page(), customer.say('hi'), customer.signal(CONTENT.typing), customer.disconnect(), customer.connect());
});

test('CreateParticipantConnection gives what Type asks for', async () => {
  const started = await start(perch);
  const { ParticipantToken } = started;
  const create = (more) => perch.participant.send(new CreateParticipantConnectionCommand({ ParticipantToken, ...more }));

  const acknowledged = await create({ ConnectParticipant: true });
  assert.equal(acknowledged.Websocket, undefined);
  const both = await create({ Type: ['WEBSOCKET', 'CONNECTION_CREDENTIALS'] });
  assert.match(both.Websocket.Url, /^(wss:\/\/|ws:\/\/127\.0\.0\.1:)/, 'ChatJS opens no other');
  for (const expiry of [both.Websocket.ConnectionExpiry, both.ConnectionCredentials.Expiry]) {
    const left = Date.parse(expiry) - Date.now();
    assert.ok(left > 120_000 && left < 24 * 86_400_000, `ChatJS needs an expiry within these bounds: ${expiry}`);
  }
  assert.ok((await create({ Type: ['WEBSOCKET'] })).Websocket.Url);
  const credentials = await create({ Type: ['CONNECTION_CREDENTIALS'] });
  assert.ok(credentials.ConnectionCredentials.ConnectionToken);
  assert.equal(credentials.Websocket, undefined);

  const customer = await Participant.join(perch, started);
  await say(customer, 'hello');
  const joined = (await wholeTranscript(customer)).filter(event(CONTENT.joined));
  assert.deepEqual(joined.map((item) => item.ParticipantId), [customer.id], 'who connects five times joins once');
  await leave(customer);
});

test('heartbeat and ping are answered', async () => {
  const { customer } = await open(perch);
  customer.socket.send({ topic: 'aws/heartbeat' });
  await customer.socket.control.first((frame) => frame.topic === 'aws/heartbeat', 'heartbeat');
  customer.socket.send({ topic: 'aws/ping' });
  const pong = await customer.socket.control.first((frame) => frame.topic === 'aws/ping', 'ping');
  assert.deepEqual([pong.statusCode, pong.statusContent], [200, 'OK']);
  await leave(customer);
});

test('only a good signature is let in', async () => {
  const command = () => new DescribeContactCommand({ InstanceId: perch.info.InstanceId, ContactId: chain.c1 });
  for (const credentials of [{ secretAccessKey: 'x'.repeat(40) }, { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA' }]) {
    const stranger = perch.connectClient({ credentials, maxAttempts: 1 });
    await assert.rejects(stranger.send(command()), (error) => error.$metadata?.httpStatusCode === 403);
  }
  const path = `/contacts/${perch.info.InstanceId}/${chain.c1}`;
  const unsigned = await fetch(new URL(path, perch.endpoint));
  assert.equal(unsigned.status, 403);
  assert.match(unsigned.headers.get('content-type'), /json/);
  assert.ok(unsigned.headers.get('x-amzn-errortype') ?? (await unsigned.json()).__type);
});

test('the instance and the flow may be named by ARN', async () => {
  const { Arn } = await describe(perch, chain.c1);
  const { InstanceId, ContactFlowId, Region } = perch.info;
  const shape = new RegExp(`^arn:aws:connect:${Region}:\\d{12}:instance/${InstanceId}/contact/${chain.c1}$`);
  assert.match(Arn, shape);
  const instance = Arn.slice(0, Arn.indexOf('/contact/'));

  assert.equal((await describe(perch, chain.c2, instance)).Id, chain.c2);
  const listed = await perch.connect.send(new ListAssociatedContactsCommand({ InstanceId: instance, ContactId: chain.c1 }));
  assert.equal(listed.ContactSummaryList[0].ContactArn, Arn);
  const started = await perch.connect.send(new StartChatContactCommand(startRequest(perch, {
    InstanceId: instance, ContactFlowId: `${instance}/contact-flow/${ContactFlowId}`,
  })));
  const customer = await Participant.join(perch, started);
  await customer.say('hello');
  await leave(customer);
});

test('unknown things are not found, bad values are refused', async () => {
  await refused(describe(perch, NOBODYS), 'ResourceNotFoundException', 404);
  await refused(describe(perch, chain.c1, NOBODYS), 'ResourceNotFoundException', 404);
  await refused(attributes(NOBODYS), 'ResourceNotFoundException', 404);
  await refused(start(perch, { ContactFlowId: NOBODYS }), 'ResourceNotFoundException', 404);
  for (const more of [
    { ParticipantDetails: { DisplayName: 'x'.repeat(257) } },
    { ChatDurationInMinutes: 59 },
    { SupportedMessagingContentTypes: ['text/markdown'] },
    { Attributes: { big: 'x'.repeat(32_768) } },
    { Attributes: { 'not allowed': 'x' } },
  ]) {
    await assert.rejects(start(perch, more), (error) => {
      assert.match(error.name, /^Invalid(Request|Parameter)Exception$/, JSON.stringify(more).slice(0, 80));
      return error.$metadata.httpStatusCode === 400;
    });
  }
  const { customer } = await open(perch);
  await refused(customer.say('x'.repeat(16_385)), 'ValidationException', 400);
  await refused(customer.page({ MaxResults: 101 }), 'ValidationException', 400);
  const longest = await customer.say('x'.repeat(16_384));
  assert.ok(longest.Id);
  await leave(customer);
});

function pick(object, ...names) {
  return Object.fromEntries(names.filter((name) => name in object).map((name) => [name, object[name]]));
}
