// A customer signs in within a chat: ChatJS on the customer's side, a real OpenID provider, and the site's server with the SDK.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CreateContactFlowCommand, DescribeContactCommand, StartChatContactCommand, StopContactCommand, UpdateParticipantAuthenticationCommand } from '@aws-sdk/client-connect';
import { openPage, Session } from './lib/chatjs.mjs';
import { message, spoken } from './lib/items.mjs';
import { Participant } from './lib/participant.mjs';
import { startPerch } from './lib/perch.mjs';
import { startProvider } from './lib/provider.mjs';
import { startByPage } from './lib/start-endpoint.mjs';
import { eventually } from './lib/wait.mjs';

const SHOP = 'https://shop.example/back';
const EVENT = 'application/vnd.amazonaws.connect.event.';
let dir, provider, perch, ContactFlowId;

const says = (Identifier, Text, NextAction = 'stay') => ({ Identifier, Type: 'MessageParticipant', Parameters: { Text }, Transitions: { NextAction } });
const waits = (Identifier, NextAction, more) => ({
  Identifier, Type: 'Wait', Parameters: { TimeLimitSeconds: '3600', ...more },
  Transitions: { NextAction, Errors: [{ ErrorType: 'NoMatchingError', NextAction }], Conditions: [...(more?.Events ?? []), 'WaitCompleted'].map((each) => (
    { NextAction, Condition: { Operator: 'Equals', Operands: [each] } })) },
});
const FLOW = JSON.stringify({ Version: '2019-10-30', StartAction: 'hello', Actions: [
  says('hello', 'Hello.', 'first'),
  waits('first', 'ask', { Events: ['CustomerReturned'] }),
  { Identifier: 'ask', Type: 'AuthenticateParticipant',
    Parameters: { CognitoConfiguration: { UserPoolArn: 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_x', AppClientId: 'shop' },
      CustomerProfilesConfiguration: { ObjectTypeName: 'Cognito-attributes' }, TimeLimitMinutes: '3' },
    Transitions: { NextAction: 'past', Conditions: [{ NextAction: 'out', Condition: { Operator: 'Equals', Operands: ['OptedOut'] } }],
      Errors: [{ ErrorType: 'TimeLimitExceeded', NextAction: 'late' }, { ErrorType: 'NoMatchingError', NextAction: 'sorry' }] } },
  { Identifier: 'past', Type: 'CreatePersistentContactAssociation', Parameters: { RehydrationType: 'ENTIRE_PAST_SESSION', SourceContactId: 'latest' },
    Transitions: { NextAction: 'in', Errors: [{ ErrorType: 'NoMatchingError', NextAction: 'in' }] } },
  says('in', 'Welcome back, $.CustomerId.'), says('out', 'As you like.'), says('late', 'Too late.'), says('sorry', 'Sorry.'),
  waits('stay', 'end'), { Identifier: 'end', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} },
] });

before(async () => {
  provider = await startProvider();
  provider.begin({
    clients: [{ client_id: 'shop', token_endpoint_auth_method: 'none', redirect_uris: [SHOP] }], // as a user pool's, which has no secret
    claims: { openid: ['sub'], profile: ['given_name', 'name'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, given_name: `${id[0].toUpperCase()}${id.slice(1)} L.` }) }),
  });
  dir = await mkdtemp(join(tmpdir(), 'perch-authentication-'));
  const file = join(dir, 'sign-in.json');
  await writeFile(file, JSON.stringify({ Customers: [{ Name: 'Acme login', Issuer: provider.issuer, ClientId: 'shop' }] }));
  perch = await startPerch({ more: ['--sign-in', file] });
  ({ ContactFlowId } = await perch.connect.send(new CreateContactFlowCommand({ InstanceId: perch.info.InstanceId, Name: 'Signs in', Type: 'CONTACT_FLOW', Content: FLOW })));
});

after(async () => {
  await perch?.stop();
  provider?.stop();
  if (dir) await rm(dir, { recursive: true, force: true });
});

/** A customer whom nobody knows, and who has been asked to sign in. */
async function asked() {
  const { startChatResult } = await startByPage(perch, { ContactFlowId });
  const customer = Session.customer(openPage(perch.info), startChatResult);
  customer.told = [];
  const initiated = new Promise((resolve) => customer.chat.onAuthenticationInitiated(({ data }) => resolve(data)));
  for (const name of ['Successful', 'Failed', 'Timeout', 'Canceled']) customer.chat[`onAuthentication${name}`](() => customer.told.push(name));
  customer.chat.onParticipantDisplayNameUpdated(({ data }) => customer.told.push(data.DisplayName));
  assert.equal(await customer.connect(), true);
  await eventually(async () => (await customer.transcript()).Transcript.some(message({ Content: 'Hello.' })), 'the flow waits');
  await customer.say('where is my order?');
  const { ContentType, Content } = await initiated;
  assert.equal(ContentType, `${EVENT}authentication.initiated`);
  return { customer, sessionId: JSON.parse(Content).SessionId };
}

/** Goes through the provider's pages as a browser would, and says with what it is sent back to the shop. */
async function signIn(address, name) {
  const jar = new Map();
  const go = async (url, form) => {
    const response = await fetch(url, { redirect: 'manual', method: form ? 'POST' : 'GET', body: form && new URLSearchParams(form),
      headers: { cookie: [...jar].map(([key, value]) => `${key}=${value}`).join('; ') } });
    for (const cookie of response.headers.getSetCookie()) {
      const [, key, value] = /^([^=]+)=([^;]*)/.exec(cookie);
      jar.set(key, value);
    }
    return response;
  };
  let at = address;
  for (let steps = 0; steps < 12; steps++) {
    if (at.startsWith(SHOP)) return Object.fromEntries(new URL(at).searchParams);
    const response = await go(at);
    if (response.status < 400 && response.headers.get('location')) {
      at = new URL(response.headers.get('location'), at).href;
      continue;
    }
    const page = await response.text();
    assert.equal(response.status, 200, page);
    const to = new URL(/action="([^"]+)"/.exec(page)[1], at).href;
    const form = page.includes('name="login"') ? { prompt: 'login', login: name, password: 'any' } : { prompt: 'consent' };
    at = new URL((await go(to, form)).headers.get('location'), at).href;
  }
  throw new Error(`the provider leads nowhere: ${at}`);
}

const tell = (more) => perch.connect.send(new UpdateParticipantAuthenticationCommand({ InstanceId: perch.info.InstanceId, ...more }));
const isFault = (name, status, words) => (error) => {
  assert.deepEqual([error.name, error.$metadata.httpStatusCode], [name, status], error.message);
  assert.match(error.message, words);
  return true;
};

test('who signs in is known, goes by that name, and has what was said before', { timeout: 60_000 }, async () => {
  const { InstanceId } = perch.info;
  const past = await perch.connect.send(new StartChatContactCommand({ InstanceId, ContactFlowId, ParticipantDetails: { DisplayName: 'Ada' }, CustomerId: 'ada' }));
  const before = await Participant.join(perch, past);
  await before.say('the red one, please');
  await perch.connect.send(new StopContactCommand({ InstanceId, ContactId: past.ContactId }));

  const { customer, sessionId } = await asked();
  const { data: { AuthenticationUrl } } = await customer.chat.getAuthenticationUrl({ redirectUri: SHOP, sessionId });
  const { data: again } = await customer.chat.getAuthenticationUrl({ redirectUri: SHOP, sessionId });
  assert.equal(new URL(again.AuthenticationUrl).searchParams.get('client_id'), 'shop');
  const { code, state } = await signIn(`${AuthenticationUrl}&identity_provider=Acme`, 'ada');
  assert.equal(state, new URL(AuthenticationUrl).searchParams.get('state'));
  await tell({ State: state, Code: code });
  await customer.sees(message({ Content: 'Welcome back, ada.' }), 'the flow goes on');
  assert.deepEqual(customer.told, ['Successful', 'Ada L.']);
  const said = spoken((await customer.pages({ MaxResults: 100 })).flatMap((page) => page.Transcript));
  assert.ok(JSON.stringify(said).includes('the red one, please'), JSON.stringify(said));

  const { Contact } = await perch.connect.send(new DescribeContactCommand({ InstanceId, ContactId: customer.contactId }));
  const { ValueMap } = Contact.SegmentAttributes['connect:CustomerAuthentication'];
  assert.deepEqual(Object.fromEntries(Object.entries(ValueMap).map(([key, { ValueString }]) => [key, ValueString])), {
    Status: 'AUTHENTICATED', IdentityProvider: 'Acme login', ClientId: 'shop', AssociatedCustomerId: 'ada', AuthenticationMethod: 'CONNECT',
  });
  assert.equal(Contact.CustomerId, 'ada');
  assert.equal(provider.asked.filter(({ pathname }) => pathname === '/token').length, 1, 'a code is shown to the provider once');
  await tell({ State: state, Code: code }); // sent twice
  await assert.rejects(tell({ State: state, Code: 'another' }), isFault('ConflictException', 409, /nobody waits/));
});

test('who declines, or is refused by the provider, goes on unknown', { timeout: 60_000 }, async () => {
  const first = await asked();
  await first.customer.chat.cancelParticipantAuthentication({ sessionId: first.sessionId });
  await first.customer.sees(message({ Content: 'As you like.' }), 'the flow goes on without');
  assert.deepEqual(first.customer.told, ['Canceled']);
  await assert.rejects(first.customer.chat.getAuthenticationUrl({ redirectUri: SHOP, sessionId: first.sessionId }));

  const second = await asked();
  const { data: { AuthenticationUrl } } = await second.customer.chat.getAuthenticationUrl({ redirectUri: SHOP, sessionId: second.sessionId });
  const State = new URL(AuthenticationUrl).searchParams.get('state');
  await assert.rejects(tell({ State: `${State.slice(0, -4)}AAAA`, Code: 'x' }), isFault('InvalidParameterException', 400, /^State: /));
  await assert.rejects(tell({ State }), isFault('InvalidRequestException', 400, /Code and Error/));
  await tell({ State, Error: 'access_denied', ErrorDescription: 'No.' });
  await second.customer.sees(message({ Content: 'Sorry.' }), 'the flow takes its error branch');

  const third = await asked();
  const { data } = await third.customer.chat.getAuthenticationUrl({ redirectUri: SHOP, sessionId: third.sessionId });
  await tell({ State: new URL(data.AuthenticationUrl).searchParams.get('state'), Code: 'of somebody else' });
  await third.customer.sees(message({ Content: 'Sorry.' }), 'a code that is none of the provider\'s is one that fails');
  assert.deepEqual([second.customer.told, third.customer.told], [['Failed'], ['Failed']]);
  const { Contact } = await perch.connect.send(new DescribeContactCommand({ InstanceId: perch.info.InstanceId, ContactId: third.customer.contactId }));
  assert.equal(Contact.CustomerId, undefined);
});
