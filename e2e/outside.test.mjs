// What flows call outside, with the built server: a flow made by the stock SDK calls a function by Lambda's wire and
// lets a bot talk by Lex's, while a customer chats by ChatJS; and a server that is killed while the bot thinks.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateContactFlowCommand, StartChatContactCommand, StartContactMediaProcessingCommand, StopContactMediaProcessingCommand } from '@aws-sdk/client-connect';
import { openPage, Session } from './lib/chatjs.mjs';
import { CONTENT, event, message } from './lib/items.mjs';
import { Participant } from './lib/participant.mjs';
import { startPerch } from './lib/perch.mjs';
import { startRecorder } from './lib/recorder.mjs';
import { wholeTranscript } from './lib/chat.mjs';
import { eventually } from './lib/wait.mjs';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:';
const ALIAS = 'arn:aws:lex:us-east-1:000000000000:bot-alias/BOOKERID00/LIVEALIAS0';

const say = (Identifier, Text, NextAction) => ({ Identifier, Type: 'MessageParticipant', Parameters: { Text }, Transitions: { NextAction } });
const errors = (branches) => Object.entries(branches).map(([ErrorType, NextAction]) => ({ ErrorType, NextAction }));
const equals = (branches) => Object.entries(branches).map(([name, NextAction]) => ({ NextAction, Condition: { Operator: 'Equals', Operands: [name] } }));
const call = (Identifier, name, NextAction, failed) => ({
  Identifier, Type: 'InvokeLambdaFunction',
  Parameters: { LambdaFunctionARN: FUNCTION + name, InvocationTimeLimitSeconds: '8', LambdaInvocationAttributes: { of: '$.Attributes.name' } },
  Transitions: { NextAction, Errors: errors({ NoMatchingError: failed }) },
});
const FLOW = JSON.stringify({
  Version: '2019-10-30', StartAction: 'look', Actions: [
    call('look', 'look', 'greet', 'sorry'),
    say('greet', 'You are $.External.tier.', 'talk'),
    { Identifier: 'talk', Type: 'ConnectParticipantWithLexBot',
      Parameters: { Text: 'What can we do for you?', LexV2Bot: { AliasArn: ALIAS }, LexSessionAttributes: { tier: '$.External.tier' }, LexTimeoutSeconds: { Text: '300' } },
      Transitions: { Conditions: equals({ Book: 'booked' }), Errors: errors({ NoMatchingCondition: 'sorry', NoMatchingError: 'sorry', InputTimeLimitExceeded: 'sorry' }) } },
    say('booked', '$.Lex.Slots.city for $.Lex.SessionAttributes.guests.', 'fail'),
    call('fail', 'fail', 'end', 'sorry'),
    say('sorry', 'Sorry.', 'end'),
    { Identifier: 'end', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} },
  ],
});

const started = [];
after(async () => { for (const each of started.reverse()) await each.stop(); });

/** A recorder whose bot asks for a city; `thinks` is waited for before each answer. */
async function outside(thinks = () => {}) {
  const recorder = await startRecorder({
    functions: { look: (e) => ({ tier: `gold, ${e.Details.Parameters.of}` }), fail: () => { throw new Error('broken'); } },
    bot: async ({ text, sessionState }) => {
      await thinks(text);
      if (text !== 'Oslo') {
        return { messages: [{ contentType: 'PlainText', content: 'Which city?' }],
          sessionState: { dialogAction: { type: 'ElicitSlot', slotToElicit: 'city' }, sessionAttributes: { ...sessionState?.sessionAttributes, guests: '2' }, intent: { name: 'Book', state: 'InProgress', slots: { city: null } } } };
      }
      return { messages: [{ contentType: 'PlainText', content: 'Fine.' }],
        sessionState: { dialogAction: { type: 'Close' }, sessionAttributes: { guests: '2' },
          intent: { name: 'Book', state: 'Fulfilled', slots: { city: { value: { originalValue: 'oslo', interpretedValue: 'Oslo' } } } } } };
    },
  });
  const directory = await mkdtemp(join(tmpdir(), 'perch-outside-'));
  started.push({ stop: () => rm(directory, { recursive: true, force: true }) }, recorder);
  const file = join(directory, 'functions.json');
  await writeFile(file, JSON.stringify({
    Functions: [recorder.entry({ Name: '*' })], Bots: [recorder.entry({ Name: ALIAS })], Allowed: [recorder.host],
  }));
  return { recorder, file, directory };
}

async function begin(perch) {
  const { ContactFlowId } = await perch.connect.send(new CreateContactFlowCommand({ InstanceId: perch.info.InstanceId, Name: 'Outside', Type: 'CONTACT_FLOW', Content: FLOW }));
  return perch.connect.send(new StartChatContactCommand({
    InstanceId: perch.info.InstanceId, ContactFlowId, ParticipantDetails: { DisplayName: 'Ada' }, Attributes: { name: 'Ada' },
  }));
}

test('a function and a bot outside take part in a chat by ChatJS', async () => {
  const { recorder, file } = await outside();
  const perch = await startPerch({ more: ['--functions', file] });
  started.push(perch);
  const chat = await begin(perch);
  const customer = Session.customer(openPage(perch.info), chat);
  await customer.connect();
  await eventually(async () => (await customer.transcript({ maxResults: 100 })).Transcript.some(message({ Content: 'What can we do for you?' })), 'the flow asks');
  await customer.say('A room, please');
  const asks = await customer.sees(message({ Content: 'Which city?' }), 'the bot asks');
  assert.deepEqual([asks.DisplayName, asks.ParticipantRole, asks.ContentType, asks.ParticipantId], ['BOT', 'SYSTEM', 'text/plain', undefined]);
  await customer.say('Oslo');
  await customer.sees(message({ Content: 'Sorry.' }), 'the function that fails');
  await customer.sees(event(CONTENT.ended), 'the end');

  const said = customer.messages.all.map(({ data }) => data).filter((i) => i.ParticipantRole === 'SYSTEM').map((i) => i.Content);
  assert.deepEqual(said.slice(-4), ['Which city?', 'Fine.', 'Oslo for 2.', 'Sorry.']);
  const [look, first, second, ...fails] = recorder.asked.all;
  assert.deepEqual([look.path, look.scope, look.type, look.body.Details.ContactData.ContactId, look.body.Details.Parameters],
    [`/2015-03-31/functions/${FUNCTION}look/invocations`, 'lambda', 'RequestResponse', chat.ContactId, { of: 'Ada' }]);
  const talk = `/bots/BOOKERID00/botAliases/LIVEALIAS0/botLocales/en_US/sessions/${chat.ContactId}/text`;
  assert.deepEqual([first.path, first.scope, first.body], [talk, 'lex', { text: 'A room, please', sessionState: { sessionAttributes: { tier: 'gold, Ada' } } }]);
  assert.deepEqual([second.path, second.body], [talk, { text: 'Oslo' }]);
  assert.equal(fails.length, 1, 'a function that fails is not called again');
});

test('messages go through a function before anybody sees them, also when the server is killed meanwhile', async () => {
  let release;
  const thinking = new Promise((resolve) => { release = resolve; });
  const told = [];
  const recorder = await startRecorder({ functions: { censor: async ({ chatContent }) => {
    told.push(chatContent);
    if (chatContent.content === 'wait' && !release.done) await thinking;
    if (chatContent.content.includes('secret')) return { status: 'REJECTED' };
    return { status: 'PROCESSED', result: { processedChatContent: { content: chatContent.content.toUpperCase(), contentType: 'text/plain' } } };
  } } });
  const directory = await mkdtemp(join(tmpdir(), 'perch-outside-'));
  started.push({ stop: () => rm(directory, { recursive: true, force: true }) }, recorder);
  const file = join(directory, 'functions.json');
  await writeFile(file, JSON.stringify({ Functions: [recorder.entry({ Name: 'censor' })], Allowed: [recorder.host] }));
  const options = { command: 'serve', dataDir: join(directory, 'data'), more: ['--functions', file] };
  const before = await startPerch(options);
  const { ContactFlowId } = await before.connect.send(new CreateContactFlowCommand({ InstanceId: before.info.InstanceId, Name: 'Censored', Type: 'CONTACT_FLOW', Content: JSON.stringify({
    Version: '2019-10-30', StartAction: 'on', Actions: [
      { Identifier: 'on', Type: 'UpdateContactMediaProcessing', Parameters: { ChatProcessor: { ProcessingEnabled: 'True', LambdaProcessorARN: `${FUNCTION}censor`, ChatProcessorSettings: { DeliverUnprocessedMessages: 'False' } } },
        Transitions: { NextAction: 'ready', Errors: errors({ NoMatchingError: 'end' }) } },
      say('ready', 'Ready.', 'wait'),
      { Identifier: 'wait', Type: 'Wait', Parameters: { TimeLimitSeconds: '600' }, Transitions: { NextAction: 'end', Conditions: equals({ WaitCompleted: 'end' }), Errors: errors({ NoMatchingError: 'end' }) } },
      { Identifier: 'end', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} }],
  }) }));
  const chat = await before.connect.send(new StartChatContactCommand({ InstanceId: before.info.InstanceId, ContactFlowId, ParticipantDetails: { DisplayName: 'Ada' } }));
  let customer = await Participant.join(before, chat);
  await eventually(async () => (await wholeTranscript(customer)).some(message({ Content: 'Ready.' })), 'the flow is ready');

  const hello = await customer.say('hello', { ClientToken: 'once' });
  assert.equal(hello.MessageMetadata.MessageProcessingStatus, 'PROCESSING');
  const shown = await customer.sees(message({ Content: 'HELLO' }), 'the processed message');
  assert.deepEqual([shown.Id, shown.ParticipantRole, shown.MessageMetadata], [hello.Id, 'CUSTOMER', undefined]);
  const again = await customer.say('hello', { ClientToken: 'once' });
  assert.deepEqual([again.Id, again.MessageMetadata], [hello.Id, undefined]);
  const secret = await customer.say('a secret', { ClientToken: 'other' });
  const refused = await customer.sees(message({ Id: secret.Id }), 'what became of it');
  assert.deepEqual(refused.MessageMetadata, { MessageId: secret.Id, MessageProcessingStatus: 'REJECTED' });
  assert.equal((await customer.say('a secret', { ClientToken: 'other' })).MessageMetadata.MessageProcessingStatus, 'REJECTED');

  const each = { InstanceId: before.info.InstanceId, ContactId: chat.ContactId };
  await before.connect.send(new StopContactMediaProcessingCommand(each));
  assert.equal((await customer.say('plain')).MessageMetadata, undefined);
  await customer.sees(message({ Content: 'plain' }), 'a message as it is');
  await assert.rejects(before.connect.send(new StartContactMediaProcessingCommand({ ...each, ProcessorArn: 'nobody' })), { name: 'ResourceNotFoundException' });
  await before.connect.send(new StartContactMediaProcessingCommand({ ...each, ProcessorArn: `${FUNCTION}censor`, FailureMode: 'DO_NOT_DELIVER_UNPROCESSED_MESSAGE' }));

  const waits = await customer.say('wait');
  const behind = await customer.say('behind');
  await eventually(() => told.some(({ content }) => content === 'wait'), 'the function is called');
  await before.kill();
  release.done = true;
  release();
  const perch = await startPerch({ ...options, listen: before.listen });
  started.push(perch);
  customer = await Participant.join(perch, chat);
  await customer.sees(message({ Content: 'BEHIND' }), 'the last message');
  const all = (await wholeTranscript(customer)).filter(message({ ParticipantRole: 'CUSTOMER' }));
  assert.deepEqual(all.map(({ Content, Id }) => [Content, Id]), [['HELLO', hello.Id], ['plain', all[1].Id], ['WAIT', waits.Id], ['BEHIND', behind.Id]]);
  const [first] = told;
  assert.deepEqual([first.id, first.participantRole, first.displayName, first.contentType, first.initialContactId], [hello.Id, 'CUSTOMER', 'Ada', 'text/plain', chat.ContactId]);
});

test('a server that is killed while the bot thinks asks it again, and its answer is said once', async () => {
  let release;
  const thinking = new Promise((resolve) => { release = resolve; });
  const { recorder, file, directory } = await outside((text) => (text === 'A room, please' && !release.done ? thinking : undefined));
  const options = { command: 'serve', dataDir: join(directory, 'data'), more: ['--functions', file] };
  const before = await startPerch(options);
  const chat = await begin(before);
  let customer = await Participant.join(before, chat);
  await eventually(async () => (await wholeTranscript(customer)).some(message({ Content: 'What can we do for you?' })), 'the flow asks');
  await customer.say('A room, please');
  await recorder.asked.first(({ body }) => body.text === 'A room, please', 'the bot is asked');
  await before.kill();
  release.done = true;
  release();
  const perch = await startPerch({ ...options, listen: before.listen });
  started.push(perch);
  customer = await Participant.join(perch, chat);
  await customer.sees(message({ Content: 'Which city?' }), 'the bot asks');
  await customer.say('Oslo');
  await customer.sees(message({ Content: 'Oslo for 2.' }), 'the flow goes on');
  await customer.sees(event(CONTENT.ended), 'the end');
  assert.equal(recorder.asked.all.filter(({ body }) => body.text === 'A room, please').length, 2, 'it is asked again');
  const asks = customer.items.all.filter(message({ Content: 'Which city?' }));
  assert.equal(asks.length, 1, 'its answer is said once');
});
