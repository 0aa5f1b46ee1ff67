// Strict mode with the stock SDK: for each rule of the table, a call that perch lets pass, with word of it,
// and the same call as Amazon answers it.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as inside } from 'node:path';
import { after, before, test } from 'node:test';
import {
  ConnectClient, CreateContactFlowCommand, DescribeContactCommand, GetMetricDataV2Command, ListAssociatedContactsCommand, ListContactFlowsCommand,
  StartChatContactCommand, StartOutboundChatContactCommand, StopContactCommand, UpdateContactCommand,
} from '@aws-sdk/client-connect';
import {
  ConnectParticipantClient, CreateParticipantConnectionCommand, DisconnectParticipantCommand, GetAuthenticationUrlCommand, GetTranscriptCommand,
  SendMessageCommand,
} from '@aws-sdk/client-connectparticipant';
import { startPerch } from '../npm/index.js';
import { binary } from './lib/perch.mjs';
import { startProvider } from './lib/provider.mjs';

process.env.AWS_EC2_METADATA_DISABLED = 'true';

const start = (options) => startPerch({ binary, clock: '2026-01-01T09:00:00Z', ...options });
let perch, connect, participant, headers, provider, dir;

function clients(of) {
  connect = new ConnectClient({ ...of.sdk, maxAttempts: 1 });
  participant = new ConnectParticipantClient({ ...of.sdk, maxAttempts: 1 });
  const keep = (next) => async (args) => {
    const result = await next(args);
    headers = result.response.headers;
    return result;
  };
  for (const client of [connect, participant]) client.middlewareStack.add(keep, { step: 'deserialize', priority: 'low' });
}

before(async () => {
  provider = await startProvider();
  provider.begin({ clients: [{ client_id: 'shop', token_endpoint_auth_method: 'none', redirect_uris: [SHOP] }] });
  dir = await mkdtemp(inside(tmpdir(), 'perch-strict-'));
  const file = inside(dir, 'sign-in.json');
  await writeFile(file, JSON.stringify({ Customers: [{ Name: 'Acme login', Issuer: provider.issuer, ClientId: 'shop' }] }));
  perch = await start({ explain: true, args: ['--sign-in', file] });
  clients(perch);
});
after(async () => {
  await perch?.stop();
  provider?.stop();
  if (dir) await rm(dir, { recursive: true, force: true });
});

const InstanceId = () => perch.instanceId;
const begin = (more = {}) => connect.send(new StartChatContactCommand({
  InstanceId: InstanceId(), ContactFlowId: perch.contactFlowId, ParticipantDetails: { DisplayName: 'Ada' }, ...more,
}));
const continues = (SourceContactId, RehydrationType = 'FROM_SEGMENT') => ({ PersistentChat: { SourceContactId, RehydrationType } });
const stop = ({ ContactId }) => connect.send(new StopContactCommand({ InstanceId: InstanceId(), ContactId }));

/** The customer of a chat, connected. */
async function join({ ParticipantToken }) {
  const { ConnectionCredentials: { ConnectionToken } } = await participant.send(new CreateParticipantConnectionCommand({
    ParticipantToken, Type: ['CONNECTION_CREDENTIALS'], ConnectParticipant: true,
  }));
  return {
    say: (Content, ContentType = 'text/plain') => participant.send(new SendMessageCommand({ ConnectionToken, ContentType, Content })),
    page: (more = {}) => participant.send(new GetTranscriptCommand({ ConnectionToken, ...more })),
    signIn: (SessionId) => participant.send(new GetAuthenticationUrlCommand({ ConnectionToken, SessionId, RedirectUri: SHOP })),
    leave: () => participant.send(new DisconnectParticipantCommand({ ConnectionToken })),
    /** What was said in past chats, all of it, newest first. */
    async past() {
      const items = [];
      for (let NextToken; ;) {
        const page = await this.page({ MaxResults: 100, ScanDirection: 'BACKWARD', NextToken });
        items.push(...page.Transcript.filter((item) => item.RelatedContactId));
        if (!(NextToken = page.NextToken)) return items;
      }
    },
  };
}

/** A chat in which something was said, a minute and more ago. */
async function ended(text = 'hello', more = {}) {
  const chat = await begin(more);
  const ada = await join(chat);
  await ada.say(text);
  await ada.leave();
  await perch.advance('2m');
  return chat;
}

/** The customer of a chat that continues another, and an item of that. */
async function returned() {
  const source = await ended();
  const ada = await join(await begin(continues(source.ContactId)));
  const { NextToken } = await ada.page();
  const { Transcript: [item] } = await ada.page({ NextToken, ScanDirection: 'BACKWARD' });
  return { ada, source, NextToken, item };
}

const inBatches = async (n, f) => {
  for (let i = 0; i < n; i += 50) await Promise.all(Array.from({ length: Math.min(50, n - i) }, f));
};

const contactsIn = (items) => new Set(items.map((item) => item.RelatedContactId)).size;

const FLOW = `{"Version":"2019-10-30","StartAction":"end","Actions":[{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}`;
let flows = 0;
const flow = (Content = FLOW) => connect.send(new CreateContactFlowCommand({ InstanceId: InstanceId(), Name: `Flow ${++flows}`, Type: 'CONTACT_FLOW', Content }));

const SHOP = 'https://shop.example/back';
const SIGN_IN = JSON.stringify({ Version: '2019-10-30', StartAction: 'ask', Actions: [
  { Identifier: 'ask', Type: 'AuthenticateParticipant', Parameters: { CognitoConfiguration: { AppClientId: 'shop' } }, Transitions: { NextAction: 'end',
    Errors: [{ ErrorType: 'NoMatchingError', NextAction: 'end' }], Conditions: [{ NextAction: 'end', Condition: { Operator: 'Equals', Operands: ['OptedOut'] } }] } },
  { Identifier: 'end', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} },
] });

const INTERACTIVE = 'application/vnd.amazonaws.connect.message.interactive';
const PICKER = JSON.stringify({ templateType: 'QuickReply', version: '1.0', data: { content: { title: 'Well?', elements: [{ title: 'Yes' }, { title: 'No' }] } } });

/**
 * Each rule: what is there before, the call, and the fault that Amazon declares for it; where it is none, what
 * tells perch's answer and Amazon's.
 */
const proofs = {
  'active-chats': {
    prepare: () => inBatches(500, () => begin()),
    call: () => begin(),
    refused: ['LimitExceededException', 429], operation: 'StartChatContact',
  },
  'agent-interactive': {
    async prepare() {
      const agent = await perch.agent();
      await join(await begin({ SupportedMessagingContentTypes: ['text/plain', INTERACTIVE] }));
      await perch.settle();
      return (await agent.take()).connectionToken;
    },
    call: (ConnectionToken) => participant.send(new SendMessageCommand({ ConnectionToken, ContentType: INTERACTIVE, Content: PICKER })),
    refused: ['ValidationException', 400], operation: 'SendMessage',
  },
  'authentication-window': {
    async prepare() {
      const { ContactFlowId } = await flow(SIGN_IN);
      const ada = await join(await begin({ ContactFlowId }));
      await perch.settle();
      const { Transcript } = await ada.page();
      await perch.advance('2m');
      return { ada, ...JSON.parse(Transcript.find((item) => item.ContentType.endsWith('authentication.initiated')).Content) };
    },
    call: ({ ada, SessionId }) => ada.signIn(SessionId),
    refused: ['ValidationException', 400], operation: 'GetAuthenticationUrl',
  },
  'contact-filter': {
    prepare: returned,
    call: ({ ada, source }) => ada.page({ ContactId: source.ContactId }),
    refused: ['ValidationException', 400], operation: 'GetTranscript',
  },
  flows: {
    async prepare() {
      const { ContactFlowSummaryList } = await connect.send(new ListContactFlowsCommand({ InstanceId: InstanceId(), maxResults: 1000 }));
      for (let n = ContactFlowSummaryList.length; n < 100; n++) await flow();
    },
    call: () => flow(),
    refused: ['LimitExceededException', 429], operation: 'CreateContactFlow',
  },
  'initial-contact': {
    async prepare() {
      const agent = await perch.agent();
      const chat = await begin();
      const ada = await join(chat);
      await perch.settle();
      await (await agent.take()).end(); // the survey is a contact of its own
      await ada.leave();
      await perch.advance('2m');
      const { ContactSummaryList } = await connect.send(new ListAssociatedContactsCommand({ InstanceId: InstanceId(), ContactId: chat.ContactId }));
      return ContactSummaryList.find((each) => each.ContactId !== chat.ContactId).ContactId;
    },
    call: (survey) => begin(continues(survey, 'ENTIRE_PAST_SESSION')),
    refused: ['InvalidParameterException', 400], operation: 'StartChatContact',
  },
  latest: {
    prepare: () => ended('hello', { CustomerId: 'ada' }),
    call: () => begin({ CustomerId: 'ada', ...continues('latest', 'ENTIRE_PAST_SESSION') }),
    refused: ['ResourceNotFoundException', 404], operation: 'StartChatContact',
  },
  'metric-range': {
    prepare: () => perch.now(),
    call: (now) => connect.send(new GetMetricDataV2Command({
      ResourceArn: `arn:aws:connect:${perch.region}:000000000000:instance/${InstanceId()}`, StartTime: new Date(now - 36 * 24 * 3600e3), EndTime: now,
      Filters: [{ FilterKey: 'CHANNEL', FilterValues: ['CHAT'] }], Metrics: [{ Name: 'CONTACTS_CREATED' }],
    })),
    refused: ['InvalidParameterException', 400], operation: 'GetMetricDataV2',
  },
  outbound: {
    call: () => connect.send(new StartOutboundChatContactCommand({
      InstanceId: InstanceId(), ContactFlowId: perch.contactFlowId, SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Chat' } },
      SourceEndpoint: { Type: 'EMAIL_ADDRESS', Address: 'shop@example.com' }, DestinationEndpoint: { Type: 'EMAIL_ADDRESS', Address: 'ada@example.com' },
    })),
    refused: ['InvalidRequestException', 400], operation: 'StartOutboundChatContact',
  },
  'past-contacts': {
    async prepare() {
      let source;
      for (let i = 0; i < 101; i++) await stop(source = await begin(source && continues(source.ContactId)));
      return join(await begin(continues(source.ContactId)));
    },
    call: async (ada) => contactsIn(await ada.past()),
    answers: [101, 100], operation: 'GetTranscript',
  },
  rates: {
    prepare: () => begin(),
    call: ({ ContactId }) => Promise.all(Array.from({ length: 40 }, () => connect.send(new DescribeContactCommand({ InstanceId: InstanceId(), ContactId })))),
    refused: ['ThrottlingException', 429], operation: 'DescribeContact',
  },
  references: {
    prepare: () => begin(),
    call: ({ ContactId }) => connect.send(new UpdateContactCommand({
      InstanceId: InstanceId(), ContactId,
      References: { order: { Type: 'STRING', Value: 'x'.repeat(4000) }, more: { Type: 'STRING', Value: 'x'.repeat(100) } },
    })),
    refused: ['InvalidParameterException', 400], operation: 'UpdateContact',
  },
  retention: {
    async prepare() {
      const chat = await ended();
      await perch.advance('731d');
      return chat;
    },
    call: ({ ContactId }) => connect.send(new DescribeContactCommand({ InstanceId: InstanceId(), ContactId })),
    refused: ['ResourceNotFoundException', 404], operation: 'DescribeContact',
  },
  'scan-direction': {
    prepare: returned,
    call: ({ ada, NextToken }) => ada.page({ NextToken, ScanDirection: 'FORWARD' }),
    refused: ['ValidationException', 400], operation: 'GetTranscript',
  },
  'start-position': {
    prepare: returned,
    call: ({ ada, item }) => ada.page({ StartPosition: { Id: item.Id } }),
    refused: ['ValidationException', 400], operation: 'GetTranscript',
  },
  'transcript-size': {
    async prepare() {
      const first = await ended('first');
      const chat = await begin(continues(first.ContactId));
      const ada = await join(chat);
      await inBatches(320, () => ada.say('x'.repeat(16384)));
      await ada.leave();
      await perch.advance('2m');
      return join(await begin(continues(chat.ContactId)));
    },
    call: async (ada) => contactsIn(await ada.past()),
    answers: [2, 1], operation: 'GetTranscript',
  },
  'wait-after-end': {
    async prepare() {
      const chat = await begin();
      await stop(chat);
      return chat;
    },
    call: ({ ContactId }) => begin(continues(ContactId)),
    refused: ['InvalidRequestException', 400], operation: 'StartChatContact',
  },
};

const isRefused = (promise, [name, status]) => assert.rejects(promise, (error) => {
  assert.equal(error.name, name, error.message);
  assert.equal(error.$metadata.httpStatusCode, status);
  return true;
});

test('every rule of the table has its proof here', async () => {
  const { Rules } = await perch.strict([]);
  assert.deepEqual(Object.keys(proofs).sort(), Rules.map((each) => each.Rule).sort());
});

for (const [rule, { prepare, call, refused, answers, operation }] of Object.entries(proofs)) {
  test(`${rule}: perch lets it pass and says so`, { timeout: 120_000 }, async () => {
    await perch.reset();
    await perch.strict([]);
    const before = await prepare?.();
    const answer = await call(before);
    if (answers) assert.equal(answer, answers[0]);
    if (rule !== 'rates') assert.match(headers['perch-lenient'], new RegExp(`(^|, )${rule}; amazon="[^"]+"`));
    const found = (await perch.explain()).find((each) => each.Rule === rule);
    assert.ok(found, `${rule} is explained`);
    assert.ok(found.Passed > 0 && found.Refused === 0 && found.Operations[operation] > 0, JSON.stringify(found));
    if (!['flows', 'metric-range'].includes(rule)) assert.ok(found.Contacts.length > 0, 'and says of which contact');
  });

  test(`${rule}: strict answers as Amazon does`, { timeout: 120_000 }, async () => {
    await perch.reset();
    await perch.strict([]);
    const before = await prepare?.();
    await perch.strict([rule]);
    if (answers) assert.equal(await call(before), answers[1]);
    else await isRefused(call(before), refused);
    if (rule !== 'rates') assert.equal(headers['perch-strict'], rule);
    const found = (await perch.explain()).find((each) => each.Rule === rule);
    assert.ok(found.Refused > 0, JSON.stringify(found));
  });
}

test('a reset brings back the rules of the start, and the report begins anew', async () => {
  await perch.strict();
  await perch.reset();
  const { Rules, Explain } = await perch.strict([]);
  assert.ok(Explain && Rules.every((each) => !each.Holds));
  assert.deepEqual(await perch.explain(), []);
});

test('what flows do is judged as well', async () => {
  await perch.reset();
  const past = await begin();
  await stop(past);
  const later = async () => {
    const chat = await begin({ Attributes: { sourceContactId: past.ContactId } });
    const ada = await join(chat);
    await perch.settle();
    const { NextToken } = await ada.page({ MaxResults: 100 });
    return { chat, hasPast: Boolean(NextToken) };
  };
  const { chat, hasPast } = await later();
  assert.ok(hasPast);
  const found = (await perch.explain()).find((each) => each.Rule === 'wait-after-end');
  assert.deepEqual([found.Operations, found.Contacts], [{ flow: 1 }, [chat.ContactId]]);
  await perch.strict(['wait-after-end']);
  assert.equal((await later()).hasPast, false);
});

test('perch try --strict holds all rules after its fixture is in place, and --explain sums up at the end', { timeout: 60_000 }, async () => {
  const own = await start({ strict: true, fixture: 'support' });
  try {
    const { Rules, Explain } = await (await fetch(`${own.endpoint}/try/strict`)).json();
    assert.ok(!Explain && Rules.length > 10 && Rules.every((each) => each.Holds));
    const [{ Contacts }] = (await own.fixture()).Customers;
    assert.ok(Contacts.length > 1);
    await own.startChat({ sourceContactId: Contacts.at(-1) });
    assert.deepEqual(await own.explain(), []);
  } finally {
    await own.stop();
  }
  let told = '';
  const some = await start({ strict: ['rates', 'latest'], explain: true });
  try {
    const { contactId } = await some.startChat();
    clients(some);
    await connect.send(new StopContactCommand({ InstanceId: some.instanceId, ContactId: contactId }));
    await some.startChat({ sourceContactId: contactId });
  } finally {
    clients(perch);
    const write = process.stderr.write;
    process.stderr.write = (text) => { told += text; };
    await some.stop();
    process.stderr.write = write;
  }
  assert.match(told, /^Amazon would not have let these calls pass[^\n]*\n +wait-after-end +1 call \(StartChatContact 1\): a chat can be continued a minute after its end[^\n]*\n +contacts [0-9a-f-]{36}\n$/);
});

test('what is no rule is refused', async () => {
  await assert.rejects(perch.strict(['past-contact']), /there is no rule "past-contact"; there are active-chats, /);
  await assert.rejects(start({ strict: ['lates'] }), /there is no rule "lates"/);
});
