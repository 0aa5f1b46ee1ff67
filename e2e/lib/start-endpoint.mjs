// The start endpoint as chat pages use it: a POST of JSON without a content type of its own, so that it needs no preflight.

import assert from 'node:assert/strict';

export function startBody(perch, more = {}) {
  return {
    InstanceId: perch.info.InstanceId,
    ContactFlowId: perch.info.ContactFlowId,
    ParticipantDetails: { DisplayName: 'Ada' },
    ...more,
  };
}

export function post(url, body, headers = {}) {
  return fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), headers });
}

/** Starts a chat and gives back `data`: startChatResult and featurePermissions. */
export async function startByPage(perch, more = {}) {
  const response = await post(perch.info.StartEndpoint, startBody(perch, more));
  const text = await response.text();
  assert.equal(response.status, 200, text);
  return JSON.parse(text).data;
}
