// The same calls by boto3 and by the aws command line (version 1), where they are installed: perch does without
// Python, so they are never required, with CI=true neither.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { noBoto3, run as runFor, version } from './lib/boto3.mjs';
import { CONTENT } from './lib/items.mjs';
import { startPerch } from './lib/perch.mjs';

const cli = version('aws', ['--version'], /aws-cli\/(\d+)\.(\d+)/);
const noCli = cli?.[0] !== 1 && `no aws command line of version 1 (found: ${cli?.join('.') ?? 'none'})`;

let perch;

before(async () => {
  perch = await startPerch();
});

after(() => perch?.stop());

const run = (command, args, input) => runFor(perch, command, args, input);

test('boto3', { skip: noBoto3, timeout: 180_000 }, async (t) => {
  const script = fileURLToPath(new URL('boto3_story.py', import.meta.url));
  const result = JSON.parse(await run('python3', [script], JSON.stringify(perch.info)));
  const firstId = result.first.Id;

  await t.test('start, describe, end', () => {
    assert.equal(result.first.InitiationMethod, 'API');
    assert.equal(result.first.Channel, 'CHAT');
    assert.equal(result.first.DisconnectReason, 'CUSTOMER_DISCONNECT');
    assert.deepEqual(result.afterTheEnd, { Class: 'AccessDeniedException', Code: 'AccessDeniedException', Status: 403 });
  });

  await t.test('PersistentChat and its pages', () => {
    assert.equal(result.continuedFrom, firstId);
    assert.equal(result.second.RelatedContactId, firstId);
    const whole = [...result.pages[100]].reverse().flat();
    for (const [size, pages] of Object.entries(result.pages)) {
      assert.deepEqual([...pages].reverse().flat(), whole, `page size ${size}`);
      for (const page of pages) {
        assert.ok(page.length > 0 && page.length <= Number(size));
        assert.equal(new Set(page.map((item) => 'RelatedContactId' in item)).size, 1);
      }
    }
    const past = whole.filter((item) => 'RelatedContactId' in item);
    assert.ok(past.every((item) => item.RelatedContactId === firstId && !('ContactId' in item)));
    assert.ok(past.some((item) => item.Id === result.said && item.Content === 'remember this'));
    assert.equal(past.at(-1).ContentType, CONTENT.ended);
    assert.equal(whole.filter((item) => item.Content === 'me again').length, 1);
  });

  await t.test('CreatePersistentContactAssociation and StopContact', () => {
    assert.equal(result.associatedWith, firstId);
    assert.equal(result.third.RelatedContactId, firstId);
    assert.equal(result.attributes.tier, 'gold');
    assert.ok(result.thirdPages.flat().some((item) => item.Id === result.said));
    assert.deepEqual([result.associatedTwice?.Class, result.associatedTwice?.Status], ['InvalidRequestException', 400]);
    assert.deepEqual([result.stoppedTwice?.Class, result.stoppedTwice?.Status], ['ContactNotFoundException', 410]);
  });
});

test('the aws command line', { skip: noCli, timeout: 180_000 }, async () => {
  const aws = async (service, command, ...args) => {
    const output = await run('aws', [service, command, '--endpoint-url', perch.endpoint, '--output', 'json', ...args]);
    return output.trim() ? JSON.parse(output) : {};
  };
  const { InstanceId, ContactFlowId } = perch.info;
  const instance = ['--instance-id', InstanceId];
  const start = (...more) => aws('connect', 'start-chat-contact', ...instance,
    '--contact-flow-id', ContactFlowId, '--participant-details', 'DisplayName=Ada', ...more);
  const join = async ({ ParticipantToken }) => {
    const { ConnectionCredentials } = await aws('connectparticipant', 'create-participant-connection',
      '--type', 'CONNECTION_CREDENTIALS', '--connect-participant', '--participant-token', ParticipantToken);
    return ['--connection-token', ConnectionCredentials.ConnectionToken];
  };

  const first = await start();
  const token = await join(first);
  const { Id } = await aws('connectparticipant', 'send-message', '--content-type', 'text/plain', '--content', 'remember this', ...token);
  await aws('connectparticipant', 'disconnect-participant', ...token);

  const second = await start('--persistent-chat', `RehydrationType=FROM_SEGMENT,SourceContactId=${first.ContactId}`);
  assert.equal(second.ContinuedFromContactId, first.ContactId);
  const { Contact } = await aws('connect', 'describe-contact', ...instance, '--contact-id', second.ContactId);
  assert.equal(Contact.RelatedContactId, first.ContactId);

  const back = await join(second);
  const backward = ['--scan-direction', 'BACKWARD', '--sort-order', 'ASCENDING', '--max-results', '100', ...back];
  const present = await aws('connectparticipant', 'get-transcript', ...backward);
  assert.ok(present.Transcript.every((item) => item.ContactId === second.ContactId));
  const past = await aws('connectparticipant', 'get-transcript', '--next-token', present.NextToken, ...backward);
  assert.ok(past.Transcript.some((item) => item.Id === Id && item.RelatedContactId === first.ContactId));

  const third = await start();
  const associate = () => aws('connect', 'create-persistent-contact-association', ...instance,
    '--initial-contact-id', third.ContactId, '--rehydration-type', 'ENTIRE_PAST_SESSION', '--source-contact-id', first.ContactId);
  assert.equal((await associate()).ContinuedFromContactId, first.ContactId);
  await assert.rejects(associate(), /InvalidRequestException/);
  for (const { ContactId } of [second, third]) {
    await aws('connect', 'stop-contact', ...instance, '--contact-id', ContactId);
  }
});
