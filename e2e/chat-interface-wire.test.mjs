// What Amazon's open-source chat interface puts on the wire, call by call and frame by frame, with the headers that its browser sends, and what it needs back.
// Its bundle is in no registry; this replays it.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CreateContactFlowCommand } from '@aws-sdk/client-connect';
import { CONTENT, event, message } from './lib/items.mjs';
import { Participant } from './lib/participant.mjs';
import { startPerch } from './lib/perch.mjs';
import { startProvider } from './lib/provider.mjs';
import { answer } from './lib/shop.mjs';
import { ChatSocket } from './lib/socket.mjs';
import { eventually } from './lib/wait.mjs';

const ORIGIN = 'https://shop.example';
const PAGE = { MaxResults: 15, ScanDirection: 'BACKWARD', SortOrder: 'ASCENDING', StartPosition: {} };
const TYPES = ['text/plain', 'text/markdown', 'application/vnd.amazonaws.connect.message.interactive', 'application/vnd.amazonaws.connect.message.interactive.response'];
const BACK = `${ORIGIN}/signed-in`;
let perch;
let agent;
let login;
let dir;

before(async () => {
  login = await startProvider();
  login.begin({ clients: [{ client_id: 'shop', token_endpoint_auth_method: 'none', redirect_uris: [BACK] }] });
  dir = await mkdtemp(join(tmpdir(), 'perch-wire-'));
  await writeFile(join(dir, 'sign-in.json'), JSON.stringify({ Customers: [{ Name: 'Shop login', Issuer: login.issuer, ClientId: 'shop' }] }));
  perch = await startPerch({ more: ['--starts-per-minute', '0', '--sign-in', join(dir, 'sign-in.json')] });
  [agent] = await perch.agents();
});
after(async () => {
  await perch?.stop();
  login?.stop();
  if (dir) await rm(dir, { recursive: true, force: true });
});

/** A participant call as the SDK inside ChatJS makes it, signed with nothing. */
async function call(path, bearer, body, { method = 'POST', status = 200 } = {}) {
  const response = await fetch(new URL(path, perch.endpoint), {
    method,
    headers: {
      Origin: ORIGIN, 'content-type': 'application/json', 'x-amz-bearer': bearer, 'x-amz-date': '20261121T090000Z', 'x-amz-content-sha256': '0'.repeat(64),
      'x-amz-user-agent': 'aws-sdk-js/3.716.0 ua/2.1 os/linux lang/js md/browser#HeadlessChrome_156',
      authorization: `AWS4-HMAC-SHA256 Credential=/20261121/us-west-2/execute-api/aws4_request, SignedHeaders=host;x-amz-bearer, Signature=${'0'.repeat(64)}`,
    },
    body: body && JSON.stringify(body),
  });
  const text = await response.text();
  assert.equal(response.status, status, `${path}: ${text}`);
  assert.ok(['*', ORIGIN].includes(response.headers.get('access-control-allow-origin')), `${path} may be read by the page`);
  const reply = text ? JSON.parse(text) : {};
  if (status !== 200) assert.ok(reply.__type && reply.message !== undefined, `${path} names its fault in the body: ${text}`);
  return reply;
}

async function preflight(address, method, headers) {
  const response = await fetch(address, { method: 'OPTIONS', headers: { Origin: ORIGIN, 'Access-Control-Request-Method': method, 'Access-Control-Request-Headers': headers.join(',') } });
  assert.ok(response.ok, `${method} ${address}: ${response.status}`);
  const allowed = response.headers.get('access-control-allow-headers').toLowerCase().split(/, */);
  for (const name of headers) assert.ok(allowed.includes('*') || allowed.includes(name), `${name} is allowed`);
  assert.ok(response.headers.get('access-control-allow-methods').includes(method));
}

/** The start as ChatInitiator sends it: JSON that says it is text, so that there is no preflight. */
async function begin(more = {}) {
  const response = await fetch(perch.info.StartEndpoint, {
    method: 'POST', headers: { Origin: ORIGIN, 'Content-Type': 'text/plain;charset=UTF-8' },
    body: JSON.stringify({ InstanceId: perch.info.InstanceId, ContactFlowId: perch.info.ContactFlowId, ParticipantDetails: { DisplayName: 'Ada' }, Username: 'ada', Attributes: { customerName: 'Ada' },
      InitialMessage: { ContentType: 'text/plain', Content: 'Please help!' }, SupportedMessagingContentTypes: TYPES, ChatDurationInMinutes: 1500, ...more }),
  });
  const { data } = await response.json();
  assert.equal(response.status, 200, JSON.stringify(data));
  for (const name of ['ContactId', 'ParticipantId', 'ParticipantToken']) assert.equal(typeof data.startChatResult[name], 'string');
  assert.equal(typeof data.featurePermissions, 'object');
  return data.startChatResult;
}

async function connect(token) {
  const { Websocket, ConnectionCredentials } = await call('/participant/connection', token, { Type: ['WEBSOCKET', 'CONNECTION_CREDENTIALS'] });
  assert.match(Websocket.Url, /^(wss:\/\/|ws:\/\/127\.0\.0\.1:)/);
  for (const [name, time] of Object.entries({ socket: Websocket.ConnectionExpiry, token: ConnectionCredentials.Expiry })) {
    const ahead = Date.parse(time) - Date.now();
    assert.ok(ahead > 120_000 && ahead < 24 * 86_400_000, `the ${name} holds for ${ahead} ms`);
  }
  return { bearer: ConnectionCredentials.ConnectionToken, url: Websocket.Url };
}

/** Connects as ChatJS does: subscribe, heartbeat and ping at once, two transcripts beside each other. */
async function arrive(started) {
  const { bearer, url } = await connect(started.ParticipantToken);
  const socket = await ChatSocket.open(url, { origin: ORIGIN, perMessageDeflate: true });
  socket.send({ topic: 'aws/ping' });
  socket.send({ topic: 'aws/heartbeat' });
  await socket.control.first(({ topic, statusCode, statusContent }) => topic === 'aws/ping' && statusCode === 200 && statusContent === 'OK', 'the deep heartbeat');
  await socket.control.first(({ topic }) => topic === 'aws/heartbeat', 'the heartbeat');
  const [{ content }] = socket.control.all.filter(({ topic }) => topic === 'aws/subscribe');
  assert.deepEqual(content, { status: 'success', topics: ['aws/chat'] });
  const pages = await Promise.all([call('/participant/transcript', bearer, PAGE), call('/participant/transcript', bearer, PAGE)]);
  for (const page of pages) assert.ok(page.Transcript.length > 0 && page.InitialContactId === started.ContactId);
  return { bearer, socket, page: pages[1] };
}

test('preflights ask for what ChatJS sends', async () => {
  const headers = ['authorization', 'content-type', 'x-amz-bearer', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-user-agent'];
  for (const path of ['connection', 'message', 'event', 'transcript', 'disconnect', 'start-attachment-upload', 'complete-attachment-upload', 'attachment', 'authentication-url', 'cancel-authentication']) await preflight(`${perch.endpoint}/participant/${path}`, 'POST', headers);
  await preflight(`${perch.endpoint}/participant/views/VT%2F%2B%3D%20x`, 'GET', headers);
});

test('a chat, from the start to Close', async () => {
  const started = await begin();
  const { bearer, socket } = await arrive(started);
  await agent.status('Available');
  const person = await answer(perch, agent, started.ContactId);

  // A message: the socket has it with the response's Id, and with both ids of contacts.
  const sent = await call('/participant/message', bearer, { ClientToken: randomUUID(), Content: 'hello', ContentType: 'text/plain' });
  assert.match(sent.AbsoluteTime, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const echoed = await socket.items.first(({ Id }) => Id === sent.Id, 'the customer\'s own message');
  for (const [name, value] of Object.entries({ Type: 'MESSAGE', ParticipantRole: 'CUSTOMER', DisplayName: 'Ada', ParticipantId: started.ParticipantId, ContactId: started.ContactId, InitialContactId: started.ContactId, AbsoluteTime: sent.AbsoluteTime })) assert.equal(echoed[name], value, name);

  // Typing, live only; receipts, whose ClientToken is a constant.
  await call('/participant/event', bearer, { ClientToken: randomUUID(), ContentType: CONTENT.typing });
  await person.sees(event(CONTENT.typing, { ParticipantRole: 'CUSTOMER', DisplayName: 'Ada' }), 'the customer types');
  for (const text of ['first', 'second']) {
    const { Id } = await person.say(text);
    await socket.items.first(message({ Id, Content: text }), text);
    const receipt = (kind, more) => call('/participant/event', bearer, { ClientToken: `INCOMING_${kind.toUpperCase()}_RECEIPT`, ContentType: CONTENT[kind], Content: JSON.stringify({ messageId: Id, ...more }) });
    await receipt('delivered', {});
    await receipt('read', { disableThrottle: true });
    await person.sees((item) => item.Type === 'MESSAGEMETADATA' && item.MessageMetadata.MessageId === Id && item.MessageMetadata.Receipts[0].ReadTimestamp && item.MessageMetadata.Receipts[0].RecipientParticipantId === started.ParticipantId, `${text} is read`);
  }
  await person.signal(CONTENT.read, { messageId: sent.Id });
  await socket.items.first((item) => item.Type === 'MESSAGEMETADATA' && item.ContentType === CONTENT.metadata && item.MessageMetadata.MessageId === sent.Id && item.MessageMetadata.Receipts[0].RecipientParticipantId === person.id, 'the agent has read');

  // An attachment: the answer of the upload is not looked at, so the item must come.
  const upload = await call('/participant/start-attachment-upload', bearer, { AttachmentName: 'receipt.txt', AttachmentSizeInBytes: 2, ClientToken: randomUUID(), ContentType: 'text/plain' });
  const { Url, HeadersToInclude } = upload.UploadMetadata;
  for (const value of Object.values(HeadersToInclude)) assert.equal(typeof value, 'string');
  await preflight(Url, 'PUT', Object.keys(HeadersToInclude).map((name) => name.toLowerCase()).filter((name) => name !== 'content-length'));
  await call('/participant/complete-attachment-upload', bearer, { AttachmentIds: [upload.AttachmentId], ClientToken: randomUUID() }, { status: 400 });
  const put = await fetch(Url, { method: 'PUT', headers: { Origin: ORIGIN, ...HeadersToInclude }, body: 'hi' });
  assert.ok(put.headers.get('access-control-allow-origin'));
  await call('/participant/complete-attachment-upload', bearer, { AttachmentIds: [upload.AttachmentId], ClientToken: randomUUID() });
  const attached = await socket.items.first(({ Type }) => Type === 'ATTACHMENT', 'the attachment');
  assert.deepEqual(attached.Attachments, [{ AttachmentId: upload.AttachmentId, AttachmentName: 'receipt.txt', ContentType: 'text/plain', Status: 'APPROVED' }]);
  const read = await fetch((await call('/participant/attachment', bearer, { AttachmentId: upload.AttachmentId })).Url, { headers: { Origin: ORIGIN } });
  assert.equal(await read.text(), 'hi');
  assert.ok(read.headers.get('access-control-allow-origin'));

  // An interactive message, and its answers: the title as text, or the response as JSON.
  await person.say(JSON.stringify({ templateType: 'QuickReply', version: '1.0', data: { content: { title: 'Well?', elements: [{ title: 'Yes' }, { title: 'No' }] } } }), { ContentType: TYPES[2] });
  const asked = await socket.items.first(message({ ContentType: TYPES[2] }), 'the question');
  assert.equal(JSON.parse(asked.Content).data.content.elements[0].title, 'Yes');
  await call('/participant/message', bearer, { ClientToken: randomUUID(), Content: 'Yes', ContentType: 'text/plain' });
  await call('/participant/message', bearer, { ClientToken: randomUUID(), Content: JSON.stringify({ action: 'Submit', data: {}, templateType: 'ViewResource', version: '1.0' }), ContentType: TYPES[3] });
  await call('/participant/views/VT%2F%2B%3D%20x', bearer, undefined, { method: 'GET', status: 404 });

  // A second socket beside the first, as at each hour's rollover: both are told.
  const next = await arrive(started);
  const { Id } = await person.say('to both');
  for (const each of [socket, next.socket]) await each.items.first(message({ Id }), 'both sockets have it');
  assert.equal(socket.items.all.filter(event(CONTENT.joined, { ParticipantId: started.ParticipantId })).length, 1, 'the customer has joined once');

  // End chat: 200, and then chat.ended on the socket; whoever comes back later is told that it has ended.
  await call('/participant/disconnect', next.bearer, { ClientToken: randomUUID() });
  for (const each of [socket, next.socket]) await each.items.first(event(CONTENT.ended, { InitialContactId: started.ContactId }), 'chat.ended');
  const late = await call('/participant/connection', started.ParticipantToken, { Type: ['WEBSOCKET', 'CONNECTION_CREDENTIALS'] }, { status: 403 });
  assert.match(late.__type, /AccessDeniedException/);
  await agent.goHome();
});

for (const RehydrationType of ['ENTIRE_PAST_SESSION', 'FROM_SEGMENT']) {
  test(`a chat that continues another shows it: ${RehydrationType}`, async () => {
    const past = await begin();
    const earlier = await Participant.join(perch, past);
    for (let n = 0; n < 20; n += 1) await earlier.say(`past ${n}`);
    await earlier.disconnect();

    const started = await begin({ PersistentChat: { SourceContactId: past.ContactId, RehydrationType } });
    const { bearer, socket, page } = await arrive(started);
    const told = await socket.items.first(event(CONTENT.rehydrated), 'chat.rehydrated');
    assert.deepEqual([told.Type, told.ContactId, told.InitialContactId], ['EVENT', started.ContactId, started.ContactId]);
    assert.ok(told.Id && told.AbsoluteTime);

    // The handler reads with the token that it has, and once more if there is another.
    let token = (await eventually(async () => { const fresh = await call('/participant/transcript', bearer, PAGE); return fresh.NextToken && fresh; }, 'there is more')).NextToken ?? page.NextToken;
    const first = token;
    const found = [];
    for (let n = 0; token && n < 10; n += 1) {
      const more = await call('/participant/transcript', bearer, { ...PAGE, NextToken: token });
      assert.ok(more.Transcript.length <= 15);
      found.unshift(...more.Transcript);
      token = more.NextToken;
    }
    const spoken = found.filter(({ Content }) => Content?.startsWith('past '));
    assert.deepEqual(spoken.map(({ Content }) => Content), Array.from({ length: 20 }, (_, n) => `past ${n}`), 'all of it, once, in order');
    for (const item of spoken) assert.deepEqual([item.RelatedContactId, item.ContactId], [past.ContactId, undefined]);

    // After a reconnect it asks with the token that it has stored, of the connection before.
    const again = await arrive(started);
    await again.socket.items.first(event(CONTENT.rehydrated), 'chat.rehydrated, to a page that is reloaded');
    const [one, two] = await Promise.all([call('/participant/transcript', again.bearer, { ...PAGE, NextToken: first }), call('/participant/transcript', again.bearer, { ...PAGE, NextToken: first })]);
    assert.deepEqual(one.Transcript, two.Transcript);
    await call('/participant/disconnect', again.bearer, { ClientToken: randomUUID() });
  });
}

test('a flow that asks the customer to sign in', async () => {
  const Content = JSON.stringify({ Version: '2019-10-30', StartAction: 'ask', Actions: [
    { Identifier: 'ask', Type: 'AuthenticateParticipant', Parameters: { CognitoConfiguration: { AppClientId: 'shop' } }, Transitions: { NextAction: 'end', Errors: [{ ErrorType: 'NoMatchingError', NextAction: 'end' }],
      Conditions: [{ NextAction: 'end', Condition: { Operator: 'Equals', Operands: ['OptedOut'] } }] } },
    { Identifier: 'end', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} },
  ] });
  const { ContactFlowId } = await perch.connect.send(new CreateContactFlowCommand({ InstanceId: perch.info.InstanceId, Name: 'Asks', Type: 'CONTACT_FLOW', Content }));
  const started = await begin({ ContactFlowId });
  const { bearer, socket } = await arrive(started);
  const asks = (item) => item.Type === 'EVENT' && item.ContentType.endsWith('.event.authentication.initiated');
  const { Content: what } = await eventually(async () => (await call('/participant/transcript', bearer, PAGE)).Transcript.find(asks), 'it is asked to sign in');
  const { SessionId } = JSON.parse(what);

  // The client puts the provider's name behind the address as it is.
  const { AuthenticationUrl } = await call('/participant/authentication-url', bearer, { RedirectUri: BACK, SessionId });
  const at = new URL(`${AuthenticationUrl}&identity_provider=Shop`);
  assert.equal(at.origin, login.issuer);
  assert.deepEqual(['client_id', 'redirect_uri', 'response_type', 'identity_provider'].map((name) => at.searchParams.get(name)), ['shop', BACK, 'code', 'Shop']);
  assert.ok(at.searchParams.get('state'));
  await call('/participant/authentication-url', bearer, { RedirectUri: BACK, SessionId: randomUUID() }, { status: 400 });
  await call('/participant/cancel-authentication', bearer, { SessionId });
  await socket.items.first((item) => item.Type === 'EVENT' && item.ContentType.endsWith('.event.authentication.cancelled'), 'the end of it');
  await socket.items.first(event(CONTENT.ended), 'and the flow goes on');
});

test('a start that is refused is JSON that the page may read', async () => {
  for (const [status, body] of [[400, 'no JSON'], [404, JSON.stringify({ InstanceId: perch.info.InstanceId, ContactFlowId: randomUUID(), ParticipantDetails: { DisplayName: 'Ada' } })]]) {
    const response = await fetch(perch.info.StartEndpoint, { method: 'POST', headers: { Origin: ORIGIN, 'Content-Type': 'text/plain;charset=UTF-8' }, body });
    assert.equal(response.status, status);
    assert.ok(response.headers.get('access-control-allow-origin'));
    assert.equal(typeof await response.json(), 'object');
  }
});
