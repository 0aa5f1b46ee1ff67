// The start endpoint and CORS, as a browser page on another origin meets them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AssociateInstanceStorageConfigCommand, DisassociateInstanceStorageConfigCommand, ListInstanceStorageConfigsCommand } from '@aws-sdk/client-connect';
import { describe, leave, playChain } from './lib/chat.mjs';
import { CONTENT, event } from './lib/items.mjs';
import { startPerch } from './lib/perch.mjs';
import { Participant } from './lib/participant.mjs';
import { post, startBody, startByPage } from './lib/start-endpoint.mjs';

const ORIGIN = 'https://shop.example';
const SDK_HEADERS = ['authorization', 'content-type', 'x-amz-bearer', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-user-agent'];
const NOBODYS = '00000000-0000-4000-8000-000000000000';

let perch;

before(async () => {
  perch = await startPerch();
});

after(() => perch?.stop());

function list(response, header) {
  return (response.headers.get(header) ?? '').toLowerCase().split(',').map((each) => each.trim());
}

function checkOrigin(response) {
  assert.ok(['*', ORIGIN].includes(response.headers.get('access-control-allow-origin')),
    `a page of another origin may read it: ${response.headers.get('access-control-allow-origin')}`);
}

async function json(response) {
  assert.match(response.headers.get('content-type') ?? '', /^application\/(json|x-amz-json)/);
  return JSON.parse(await response.text());
}

function preflight(path, headers, method = 'POST') {
  return fetch(new URL(path, perch.endpoint), {
    method: 'OPTIONS',
    headers: { Origin: ORIGIN, 'Access-Control-Request-Method': method, 'Access-Control-Request-Headers': headers.join(',') },
  });
}

test('a page starts a chat by a plain-text POST, with and without the last slash', async () => {
  const bare = perch.info.StartEndpoint.replace(/\/$/, '');
  assert.match(bare, /\/Prod$/);
  for (const url of [bare, `${bare}/`]) {
    for (const contentType of ['text/plain;charset=UTF-8', 'application/json']) {
      const response = await post(url, startBody(perch), { Origin: ORIGIN, 'Content-Type': contentType });
      assert.equal(response.status, 200);
      assert.equal(response.redirected, false, 'a redirect would lose the body');
      checkOrigin(response);
      const { data } = await json(response);
      const { ContactId, ParticipantId, ParticipantToken } = data.startChatResult;
      assert.ok(ContactId && ParticipantId && ParticipantToken);
      assert.equal(typeof data.featurePermissions, 'object');
      const customer = await Participant.join(perch, data.startChatResult);
      assert.ok((await customer.say('hello')).Id);
      await leave(customer);
    }
  }
});

test('what the page says about the chat is heard', async () => {
  const { startChatResult } = await startByPage(perch, {
    Username: 'ada',
    Attributes: { page: 'orders' },
    InitialMessage: { ContentType: 'text/plain', Content: 'hello from the form' },
    SupportedMessagingContentTypes: ['text/plain', 'text/markdown'],
    ChatDurationInMinutes: 60,
  });
  const customer = await Participant.join(perch, startChatResult);
  const { Transcript } = await customer.page({ MaxResults: 100 });
  assert.ok(Transcript.some((item) => item.Content === 'hello from the form' && item.ParticipantRole === 'CUSTOMER'));
  assert.equal((await describe(perch, startChatResult.ContactId)).InitiationMethod, 'API');
  await leave(customer);
});

test('markdown is announced where the page asked for it', async () => {
  const { featurePermissions, startChatResult } = await startByPage(perch, {
    SupportedMessagingContentTypes: ['text/plain', 'text/markdown'],
  });
  assert.equal(featurePermissions.MESSAGING_MARKDOWN, true);
  await leave(await Participant.join(perch, startChatResult));
});

test('attachments are announced where the instance keeps them', async () => {
  const InstanceId = perch.info.InstanceId;
  const ResourceType = 'ATTACHMENTS';
  const { StorageConfigs: [{ AssociationId, S3Config }] } = await perch.connect.send(new ListInstanceStorageConfigsCommand({ InstanceId, ResourceType }));
  const announced = async () => {
    const { featurePermissions, startChatResult } = await startByPage(perch);
    await leave(await Participant.join(perch, startChatResult));
    return featurePermissions.ATTACHMENTS;
  };
  assert.equal(await announced(), true);
  await perch.connect.send(new DisassociateInstanceStorageConfigCommand({ InstanceId, AssociationId, ResourceType }));
  assert.equal(await announced(), false);
  await perch.connect.send(new AssociateInstanceStorageConfigCommand({ InstanceId, ResourceType, StorageConfig: { StorageType: 'S3', S3Config } }));
  assert.equal(await announced(), true);
});

test('a phone that names the instance in its own way is served', async () => {
  const { InstanceId, ...rest } = startBody(perch);
  const response = await post(perch.info.StartEndpoint, { ConnectInstanceId: InstanceId, ...rest });
  assert.equal(response.status, 200);
  const { data } = await json(response);
  await leave(await Participant.join(perch, data.startChatResult));
});

test('a failure is JSON, too, and readable from any origin', async () => {
  for (const [what, body, status] of [
    ['no JSON', 'hello', 400],
    ['nothing', '', 400],
    ['a list', '[]', 400],
    ['no name', { ...startBody(perch), ParticipantDetails: undefined }, 400],
    ['an empty name', startBody(perch, { ParticipantDetails: { DisplayName: '' } }), 400],
    ['an unknown flow', startBody(perch, { ContactFlowId: NOBODYS }), 404],
    ['an unknown past chat', startBody(perch, { PersistentChat: { SourceContactId: NOBODYS, RehydrationType: 'FROM_SEGMENT' } }), 404],
  ]) {
    const response = await post(perch.info.StartEndpoint, body, { Origin: ORIGIN });
    assert.equal(response.status, status, what);
    checkOrigin(response);
    const reply = await json(response);
    assert.ok(reply.data.Error, what);
  }
  const wrongMethod = await fetch(perch.info.StartEndpoint, { headers: { Origin: ORIGIN } });
  assert.ok(wrongMethod.status >= 400);
  checkOrigin(wrongMethod);
  await json(wrongMethod);
});

test('the start endpoint answers a preflight', async () => {
  for (const path of ['/Prod', '/Prod/']) {
    const response = await preflight(path, ['content-type', 'x-api-key']);
    assert.ok(response.ok, `${path}: ${response.status}`);
    checkOrigin(response);
    assert.ok(list(response, 'access-control-allow-methods').includes('post'));
    assert.ok(list(response, 'access-control-allow-headers').includes('content-type'));
  }
});

test('participant calls answer the preflight of the SDK', async () => {
  const paths = ['connection', 'message', 'event', 'transcript', 'disconnect'].map((each) => `/participant/${each}`);
  for (const path of paths) {
    const response = await preflight(path, SDK_HEADERS);
    assert.ok(response.ok, `${path}: ${response.status}`);
    checkOrigin(response);
    assert.ok(list(response, 'access-control-allow-methods').includes('post'), path);
    const allowed = list(response, 'access-control-allow-headers');
    // A star would not do: browsers do not take it for authorization.
    assert.deepEqual(SDK_HEADERS.filter((each) => !allowed.includes(each)), [], path);
  }
});

test('participant replies and errors may be read from any origin', async () => {
  const { startChatResult } = await startByPage(perch);
  const call = (path, bearer, body) => fetch(new URL(path, perch.endpoint), {
    method: 'POST',
    headers: {
      Origin: ORIGIN,
      'content-type': 'application/json',
      'x-amz-bearer': bearer,
      // ChatJS signs with an empty key; the server has to look past it.
      authorization: 'AWS4-HMAC-SHA256 Credential=/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(body),
  });
  const good = await call('/participant/connection', startChatResult.ParticipantToken, { Type: ['CONNECTION_CREDENTIALS'] });
  assert.equal(good.status, 200);
  checkOrigin(good);
  await json(good);

  for (const [path, body, bearer, status, type] of [
    ['/participant/connection', { Type: ['WEBSOCKET'] }, 'nonsense', 403, 'AccessDeniedException'],
    ['/participant/transcript', {}, 'nonsense', 403, 'AccessDeniedException'],
    ['/participant/message', { ContentType: 'text/plain', Content: 'hi' }, 'nonsense', 403, 'AccessDeniedException'],
    ['/participant/connection', { Type: ['TELEPATHY'] }, startChatResult.ParticipantToken, 400, 'ValidationException'],
  ]) {
    const response = await call(path, bearer, body);
    assert.equal(response.status, status, path);
    checkOrigin(response);
    assert.match(response.headers.get('x-amzn-errortype'), new RegExp(`^${type}\\b`));
    const exposed = list(response, 'access-control-expose-headers');
    assert.ok(exposed.includes('x-amzn-errortype') && exposed.includes('x-amzn-requestid'), `exposed: ${exposed}`);
    const fault = await json(response);
    assert.match(fault.__type, new RegExp(`${type}$`), 'also in the body, for pages that may not read the header');
    assert.ok(fault.Message ?? fault.message);
  }
});

test('in `perch try` a page may continue a chat', async () => {
  const chain = await playChain(perch, await perch.agents());
  const { startChatResult } = await startByPage(perch, {
    PersistentChat: { SourceContactId: chain.c1, RehydrationType: 'ENTIRE_PAST_SESSION' },
  });
  assert.equal(startChatResult.ContinuedFromContactId, chain.c3);
  const customer = await Participant.join(perch, startChatResult);
  await customer.sees(event(CONTENT.rehydrated), 'chat.rehydrated');
  await leave(customer);

  const byAttribute = await startByPage(perch, { Attributes: { sourceContactId: chain.c2, rehydrationType: 'FROM_SEGMENT' } });
  const again = await Participant.join(perch, byAttribute.startChatResult);
  await again.sees(event(CONTENT.rehydrated), 'chat.rehydrated');
  assert.equal((await describe(perch, byAttribute.startChatResult.ContactId)).RelatedContactId, chain.c2);
  await leave(again);
});
