// Views: a flow shows a form, the client asks what it looks like, and the answer leads the flow on. By the SDKs and by ChatJS.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CreateContactFlowCommand, StartChatContactCommand } from '@aws-sdk/client-connect';
import { DescribeViewCommand } from '@aws-sdk/client-connectparticipant';
import { openPage, Session } from './lib/chatjs.mjs';
import { message } from './lib/items.mjs';
import { Participant } from './lib/participant.mjs';
import { startPerch } from './lib/perch.mjs';

const INTERACTIVE = 'application/vnd.amazonaws.connect.message.interactive';
const ANSWER = `${INTERACTIVE}.response`;
const FLOW = {
  Version: '2019-10-30', StartAction: 'ask', Actions: [
    { Identifier: 'ask', Type: 'ShowView',
      Parameters: { ViewResource: { Id: 'arn:aws:connect:us-east-1:aws:view/form:1' }, InvocationTimeLimitSeconds: '300', ViewData: { Heading: 'Where to?', Sections: [] } },
      Transitions: { NextAction: 'other',
        Conditions: [{ NextAction: 'got', Condition: { Operator: 'Equals', Operands: ['Submit'] } }],
        Errors: ['NoMatchingCondition', 'NoMatchingError', 'TimeLimitExceeded'].map((ErrorType) => ({ ErrorType, NextAction: 'other' })) } },
    { Identifier: 'got', Type: 'MessageParticipant', Parameters: { Text: 'To $.Views.ViewResultData.FormData.city.' }, Transitions: { NextAction: 'wait' } },
    { Identifier: 'other', Type: 'MessageParticipant', Parameters: { Text: 'Nowhere.' }, Transitions: { NextAction: 'wait' } },
    { Identifier: 'wait', Type: 'Wait', Parameters: { TimeLimitSeconds: '600' }, Transitions: { NextAction: 'end',
      Conditions: [{ NextAction: 'end', Condition: { Operator: 'Equals', Operands: ['WaitCompleted'] } }], Errors: [{ ErrorType: 'NoMatchingError', NextAction: 'end' }] } },
    { Identifier: 'end', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} },
  ],
};
const submit = (city) => JSON.stringify({ templateType: 'ViewResource', version: '1.0', action: 'Submit', data: { FormData: { city } } });

let perch;
let ContactFlowId;

before(async () => {
  perch = await startPerch();
  ({ ContactFlowId } = await perch.connect.send(new CreateContactFlowCommand({
    InstanceId: perch.info.InstanceId, Name: 'Asks', Type: 'CONTACT_FLOW', Content: JSON.stringify(FLOW) })));
});
after(() => perch?.stop());

const start = () => perch.connect.send(new StartChatContactCommand({
  InstanceId: perch.info.InstanceId, ContactFlowId, ParticipantDetails: { DisplayName: 'Ada' },
  SupportedMessagingContentTypes: ['text/plain', INTERACTIVE, ANSWER],
}));

const refused = (promise, name, about) => assert.rejects(promise, (error) => {
  assert.equal(error.name, name, error.message);
  assert.match(error.message, about);
  return true;
});

/** The view as it came: the flow may have shown it before the socket was open. */
async function shownTo(customer) {
  const stored = (await customer.page({ MaxResults: 100 })).Transcript.find(message({ ContentType: INTERACTIVE }));
  const item = stored ?? await customer.sees(message({ ContentType: INTERACTIVE }), 'the view');
  const { templateType, version, data } = JSON.parse(item.Content);
  assert.deepEqual([templateType, version, data.content.viewData], ['ViewResource', '1.0', { Heading: 'Where to?', Sections: [] }]);
  return data.content;
}

function checkView(View) {
  assert.deepEqual([View.Id, View.Name, View.Version, View.Arn], ['form', 'Form', 1, 'arn:aws:connect:us-east-1:aws:view/form:1']);
  assert.ok(View.Content.Actions.includes('Submit'));
  assert.equal(typeof View.Content.Template, 'string');
  assert.ok(JSON.parse(View.Content.Template).Body.length > 0);
  assert.deepEqual(JSON.parse(View.Content.InputSchema).required, ['Sections']);
}

test('the SDK describes a view and answers it', async () => {
  const customer = await Participant.join(perch, await start());
  const { viewToken } = await shownTo(customer);
  const describe = (ViewToken) => perch.participant.send(new DescribeViewCommand({ ...customer.bearer, ViewToken }));
  checkView((await describe(viewToken)).View);
  await refused(describe(`${viewToken.slice(0, -2)}AA`), 'ResourceNotFoundException', /view/);
  await refused(describe('x'), 'ResourceNotFoundException', /view/);
  await refused(perch.participant.send(new DescribeViewCommand({ ViewToken: viewToken, ConnectionToken: 'x' })), 'AccessDeniedException', /denied/i);

  await refused(customer.say('{', { ContentType: ANSWER }), 'ValidationException', /Content: must be one JSON object/);
  await refused(customer.say(submit('Oslo'), { ContentType: INTERACTIVE }), 'ValidationException', /ContentType/);
  await customer.say(submit('Oslo'), { ContentType: ANSWER });
  await customer.sees(message({ Content: 'To Oslo.' }), 'the flow goes on');
});

test('ChatJS describes a view and answers it', async () => {
  const customer = Session.customer(openPage(perch.info), await start());
  assert.equal(await customer.connect(), true);
  const { viewToken } = await shownTo({
    page: () => customer.transcript({ maxResults: 100 }),
    sees: (...args) => customer.sees(...args),
  });
  const { data } = await customer.chat.describeView({ viewToken });
  checkView(data.View);
  await customer.chat.sendMessage({ contentType: ANSWER, message: submit('Bergen') });
  await customer.sees(message({ Content: 'To Bergen.' }), 'the flow goes on');
});
