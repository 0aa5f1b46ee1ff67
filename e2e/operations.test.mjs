// The operations about one contact and its participants, by the stock SDKs: details and tags, custom participants,
// timers, outbound chats, and what perch does not answer.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import {
  AssociateBotCommand,
  CreateParticipantCommand,
  StartOutboundChatContactCommand,
  TagContactCommand,
  UntagContactCommand,
  UpdateContactCommand,
  UpdateParticipantRoleConfigCommand,
} from '@aws-sdk/client-connect';
import { describe, leave, open, say, start, stop, take, wholeTranscript } from './lib/chat.mjs';
import { CONTENT, event, spoken } from './lib/items.mjs';
import { Participant } from './lib/participant.mjs';
import { binary, startPerch } from './lib/perch.mjs';

let perch;
let a1;

before(async () => {
  perch = await startPerch();
  [a1] = await perch.agents();
});

after(() => perch?.stop());

/** Sends a command about the server's own instance. */
function send(Command, input) {
  return perch.connect.send(new Command({ InstanceId: perch.info.InstanceId, ...input }));
}

async function refused(promise, name, status) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.name, name);
    assert.equal(error.$metadata.httpStatusCode, status);
    assert.ok(error.message && error.message !== 'UnknownError', 'an error says what is wrong');
    return true;
  });
}

test('what is said about a contact is shown, also after its end', async () => {
  const { customer, contactId: ContactId } = await open(perch, { SegmentAttributes: { tier: { ValueString: 'gold' } } });
  await send(UpdateContactCommand, {
    ContactId, Name: 'Order 7', Description: 'late', References: { order: { Type: 'URL', Value: 'https://example.com/7' } },
  });
  await send(TagContactCommand, { ContactId, Tags: { team: 'red', cost: '12' } });
  await leave(customer);
  await send(UpdateContactCommand, { ContactId, Description: 'found', SegmentAttributes: { verdict: { ValueString: 'good' } } });
  await send(TagContactCommand, { ContactId, Tags: { team: 'blue' } });
  await send(UntagContactCommand, { ContactId, TagKeys: ['cost', 'never-there'] });

  const contact = await describe(perch, ContactId);
  assert.deepEqual([contact.Name, contact.Description, contact.Tags], ['Order 7', 'found', { team: 'blue' }]);
  assert.deepEqual(contact.SegmentAttributes, {
    'connect:Subtype': { ValueString: 'connect:Chat' }, tier: { ValueString: 'gold' }, verdict: { ValueString: 'good' },
  });
  assert.ok(contact.LastUpdateTimestamp >= contact.DisconnectTimestamp);

  await refused(send(UpdateContactCommand, { ContactId }), 'InvalidRequestException', 400);
  await refused(send(TagContactCommand, { ContactId, Tags: { 'aws:x': '1' } }), 'InvalidParameterException', 400);
  const six = Object.fromEntries([...'abcdef'].map((key) => [key, '1']));
  await refused(send(TagContactCommand, { ContactId, Tags: six }), 'InvalidRequestException', 400);
});

test('fields of a start', async () => {
  const guide = { SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Guide' } } };
  await refused(start(perch, guide), 'InvalidRequestException', 400);
  const interactive = 'application/vnd.amazonaws.connect.message.interactive';
  const { ContactId } = await start(perch, {
    ...guide,
    SupportedMessagingContentTypes: ['text/plain', interactive, `${interactive}.response`],
    ParticipantConfiguration: { ResponseMode: 'INCREMENTAL' },
  });
  const { SegmentAttributes } = await describe(perch, ContactId);
  assert.equal(SegmentAttributes['connect:Subtype'].ValueString, 'connect:Guide');
  assert.equal(SegmentAttributes['perch:ResponseMode'].ValueString, 'INCREMENTAL');
  await stop(perch, ContactId);
});

test('a custom participant talks until an agent comes', async () => {
  const { customer, contactId: ContactId } = await open(perch);
  const ParticipantDetails = { ParticipantRole: 'CUSTOM_BOT', DisplayName: 'Robbie' };
  const added = await send(CreateParticipantCommand, { ContactId, ParticipantDetails });
  assert.ok(Date.parse(added.ParticipantCredentials.Expiry) > Date.now());
  const bot = await Participant.join(perch, {
    ContactId, ParticipantId: added.ParticipantId, ParticipantToken: added.ParticipantCredentials.ParticipantToken,
  });
  await refused(send(CreateParticipantCommand, { ContactId, ParticipantDetails }), 'ConflictException', 409);
  await say(customer, 'hello', bot);
  await say(bot, 'beep', customer);

  await a1.status('Available');
  const agent = await take(perch, a1, ContactId, customer);
  await bot.sees(event(CONTENT.left, { ParticipantId: bot.id }), 'the bot leaves');
  await bot.socket.untilClosed();
  await refused(send(CreateParticipantCommand, { ContactId, ParticipantDetails }), 'ConflictException', 409);
  const lines = spoken(await wholeTranscript(agent));
  assert.deepEqual(lines.slice(-5), ['CUSTOM_BOT joined', 'CUSTOMER: hello', 'CUSTOM_BOT: beep', 'AGENT joined', 'CUSTOM_BOT left']);
  await leave(customer);
  await a1.goHome();
});

test('timers are set, and checked', async () => {
  const { customer, contactId: ContactId } = await open(perch);
  const timer = (TimerValue) => ({ ParticipantRole: 'CUSTOMER', TimerType: 'IDLE', TimerValue });
  const set = (...ParticipantTimerConfigList) => send(UpdateParticipantRoleConfigCommand, {
    ContactId, ChannelConfiguration: { Chat: { ParticipantTimerConfigList } },
  });
  await set(timer({ ParticipantTimerDurationInMinutes: 2 }), { ...timer({ ParticipantTimerDurationInMinutes: 480 }), ParticipantRole: 'AGENT' });
  await set(timer({ ParticipantTimerAction: 'Unset' }));
  for (const minutes of [1, 481]) {
    await refused(set(timer({ ParticipantTimerDurationInMinutes: minutes })), 'InvalidParameterException', 400);
  }
  const twice = timer({ ParticipantTimerDurationInMinutes: 2 });
  await refused(set(twice, twice), 'InvalidParameterException', 400);
  await leave(customer);
  await refused(set(twice), 'InvalidRequestException', 400);
});

test('an outbound chat is there for its customer', async () => {
  const request = {
    ContactFlowId: perch.info.ContactFlowId,
    SourceEndpoint: { Type: 'CONNECT_PHONENUMBER_ARN', Address: 'support' },
    DestinationEndpoint: { Type: 'TELEPHONE_NUMBER', Address: '+15550100' },
    SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:Chat' } },
    ParticipantDetails: { DisplayName: 'Ada' },
    InitialSystemMessage: { ContentType: 'text/plain', Content: 'your parcel is lost' },
  };
  const { ContactId } = await send(StartOutboundChatContactCommand, request);
  const contact = await describe(perch, ContactId);
  assert.deepEqual([contact.InitiationMethod, contact.CustomerEndpoint.Address], ['OUTBOUND', '+15550100']);
  await stop(perch, ContactId);
  const sms = { ...request, SegmentAttributes: { 'connect:Subtype': { ValueString: 'connect:SMS' } } };
  await refused(send(StartOutboundChatContactCommand, sms), 'InvalidRequestException', 400);
});

test('an operation that is not answered is named', async () => {
  const bot = { LexV2Bot: { AliasArn: 'arn:aws:lex:us-east-1:000000000000:bot-alias/B/A' } };
  await assert.rejects(send(AssociateBotCommand, bot), (error) => {
    assert.equal(error.name, 'UnknownOperationException');
    assert.match(error.message, /AssociateBot.*perch ops/);
    return error.$metadata.httpStatusCode === 404;
  });

  const { stdout, status } = spawnSync(binary, ['ops', '--json'], { encoding: 'utf8' });
  assert.equal(status, 0);
  const rows = JSON.parse(stdout);
  const row = (name) => rows.find((each) => each.Operation === name);
  assert.equal(rows.length, 391);
  assert.deepEqual(row('AssociateBot'), {
    Service: 'connect', Operation: 'AssociateBot', Method: 'PUT', Path: '/instance/{InstanceId}/bot', Answered: false, Auth: 'SigV4',
  });
  assert.ok(row('TagContact').Answered);
});
