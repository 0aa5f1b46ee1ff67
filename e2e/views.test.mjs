// Views: a flow shows a form, the client asks what it looks like, and the answer leads the flow on. By the SDKs and by ChatJS.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CreateContactFlowCommand, CreateViewCommand, StartChatContactCommand } from '@aws-sdk/client-connect';
import { DescribeViewCommand } from '@aws-sdk/client-connectparticipant';
import { openPage, Session } from './lib/chatjs.mjs';
import { message } from './lib/items.mjs';
import { Participant } from './lib/participant.mjs';
import { noBrowser, startBrowser } from './lib/browser.mjs';
import { violations } from './lib/axe.mjs';
import { startPerch } from './lib/perch.mjs';
import { startShop, visitShop } from './lib/shop.mjs';
import { eventually } from './lib/wait.mjs';

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

/** A flow that shows one of Amazon's own views and says what came of it. */
const shows = (id, ViewData, actions) => ({ Version: '2019-10-30', StartAction: 'ask', Actions: [
  { Identifier: 'ask', Type: 'ShowView', Parameters: { ViewResource: { Id: OWN[id]?.Id ?? `arn:aws:connect:us-east-1:aws:view/${id}:1` }, InvocationTimeLimitSeconds: '300', ViewData },
    Transitions: { NextAction: 'none', Conditions: actions.map((action) => ({ NextAction: 'got', Condition: { Operator: 'Equals', Operands: [action] } })),
      Errors: ['NoMatchingCondition', 'NoMatchingError', 'TimeLimitExceeded'].map((ErrorType) => ({ ErrorType, NextAction: 'none' })) } },
  { Identifier: 'got', Type: 'MessageParticipant', Parameters: { Text: `$.Views.Action: ${ANSWERS[id]}.` }, Transitions: { NextAction: 'wait' } },
  { Identifier: 'none', Type: 'MessageParticipant', Parameters: { Text: 'Nothing.' }, Transitions: { NextAction: 'wait' } },
  ...FLOW.Actions.filter(({ Identifier }) => ['wait', 'end'].includes(Identifier)),
] });
const ANSWERS = { form: '$.Views.ViewResultData.FormData.city, $.Views.ViewResultData.FormData.class', cards: '$.Views.ViewResultData.actionName', list: '$.Views.ViewResultData.actionName',
  detail: '$.Views.ViewResultData.actionName', confirmation: 'done', own: '$.Views.ViewResultData.FormData.seat' };
/** Views that the instance has made. */
const OWN = {};

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

/** What a customer does with each of Amazon's views, and what the flow is told. */
const VIEWS = {
  form: [{ Heading: 'Where to?', ErrorText: 'That was too far', Sections: [{ Type: 'FormSection', Heading: 'Your trip', Items: [
    { Type: 'FormInput', Props: { Label: 'City', Name: 'city', Required: true, HelperText: 'Any city' } },
    { Type: 'Dropdown', Props: { Label: 'Class', Name: 'class', Options: [{ Label: 'First', Value: '1' }, { Label: 'Second', Value: '2' }] } }] }] }, ['Submit'],
  async (frame) => {
    await frame.getByRole('alert').getByText('That was too far').waitFor();
    await frame.getByText('Any city').waitFor();
    await frame.getByRole('button', { name: 'Submit' }).click();
    assert.equal(await frame.getByLabel('City').evaluate((field) => field.validity.valueMissing), true, 'what is required is asked for');
    await frame.getByLabel('City').fill('Oslo');
    await frame.getByLabel('Class').selectOption('Second');
    await frame.getByRole('button', { name: 'Submit' }).click();
  }, 'Submit: Oslo, 2.'],
  cards: [{ Heading: 'What is it about?', Cards: [{ Summary: { Id: 'lost', Heading: 'Lost luggage', Description: 'It did not come' },
    Detail: { Heading: 'Where did you last see it?', Sections: ['At the **belt** or before'], Actions: ['At home', 'At the airport'] } }, { Summary: { Id: 'seat', Heading: 'A seat' } }] }, ['ActionSelected'],
  async (frame) => {
    await frame.getByRole('button', { name: 'Lost luggage' }).click();
    await frame.getByText('Where did you last see it?').waitFor();
    await frame.getByRole('button', { name: 'Back' }).click();
    await frame.getByRole('button', { name: 'Lost luggage' }).click();
    await frame.getByRole('button', { name: 'At the airport' }).click();
  }, 'ActionSelected: At the airport.'],
  list: [{ Heading: 'Your orders', Items: [{ Heading: 'Kettle', Id: 'KL-1', Description: 'blue' }, { Heading: 'Lid', Id: 'KL-2' }] }, ['ActionSelected'],
    (frame) => frame.getByRole('button', { name: 'Kettle' }).click(), 'ActionSelected: Kettle.'],
  detail: [{ Heading: 'Your order', Description: 'It is on its way', AttributeBar: [{ Label: 'Number', Value: 'KL-1' }], Sections: [{ TemplateString: '<b>It leaves</b> today' }, { Weight: '2 kg' }], Actions: ['Stop it', 'Leave it'] }, ['ActionSelected'],
    async (frame) => {
      for (const text of ['It is on its way', 'Number: KL-1', 'It leaves today', 'Weight: 2 kg']) await frame.getByText(text).waitFor();
      await frame.getByRole('button', { name: 'Stop it' }).click();
    }, 'ActionSelected: Stop it.'],
  confirmation: [{ Heading: 'All done', Next: { Label: 'Go on' }, Back: { Label: 'Change it' } }, ['Next'],
    async (frame) => {
      await frame.getByRole('button', { name: 'Change it' }).waitFor();
      await frame.getByRole('button', { name: 'Go on' }).click();
    }, 'Next: done.'],
};

/** A view of the instance's own, with what it says in its template and some of that in the data. */
VIEWS.own = [{ Heading: 'Your seat', Hint: 'By the window?' }, ['Skip', 'Keep'],
  async (frame) => {
    await frame.getByText('Pick one').waitFor();
    await frame.getByText('By the window?').waitFor();
    await frame.getByRole('button', { name: 'Rather not' }).waitFor();
    await frame.getByLabel('Seat').fill('12A');
    await frame.getByRole('button', { name: 'Keep it' }).click();
  }, 'Keep: 12A.'];
const TEMPLATE = { Body: [{ Type: 'Container', Props: {}, Content: [
  { Type: 'Heading', Props: { Text: 'Pick one' }, Content: [] }, { Type: 'Text', Props: { Text: '$.Hint' }, Content: [] },
  { Type: 'FormInput', Props: { Label: 'Seat', Name: 'seat' }, Content: [] }] },
{ Type: 'Button', Props: { Action: 'Skip' }, Content: ['Rather not'] }, { Type: 'Button', Props: { Action: 'Keep', Label: 'Keep it' }, Content: [] }] };

test('people see views in the chat window, and answer them', { skip: noBrowser, timeout: 120_000 }, async (t) => {
  const [shop, browser] = [await startShop(), await startBrowser()];
  t.after(() => Promise.all([shop.stop(), browser.close()]));
  const { View } = await perch.connect.send(new CreateViewCommand({ InstanceId: perch.info.InstanceId, Name: 'Seats', Status: 'PUBLISHED',
    Content: { Template: JSON.stringify(TEMPLATE), Actions: ['Skip', 'Keep'] } }));
  OWN.own = View;
  for (const [id, [data, actions, act, told]] of Object.entries(VIEWS)) {
    await t.test(id, async () => {
      const flow = await perch.connect.send(new CreateContactFlowCommand({ InstanceId: perch.info.InstanceId, Name: `Shows ${id}`, Type: 'CONTACT_FLOW', Content: JSON.stringify(shows(id, data, actions)) }));
      const visitor = await visitShop(browser, shop.page(`/${id}`, `<div id="root" style="height: 480px; width: 400px"></div><script src="${perch.endpoint}/amazon-connect-chat-interface.js"></script><script>
        connect.ChatInterface.init({ containerId: 'root' });
        connect.ChatInterface.initiateChat({ name: 'Ada', region: 'us-east-1', apiGatewayEndpoint: '${perch.info.StartEndpoint}', instanceId: '${perch.info.InstanceId}', contactFlowId: '${flow.ContactFlowId}',
          supportedMessagingContentTypes: 'text/plain,${INTERACTIVE},${ANSWER}' });
      </script>`));
      const frame = visitor.page.frameLocator('iframe');
      await frame.getByText(data.Heading).waitFor();
      await frame.locator('.view button').first().waitFor();
      assert.equal(await frame.getByText(data.Heading, { exact: true }).count(), 1, 'what it is about is said once');
      await eventually(() => frame.locator('.view button').last().evaluate((button) => button.getBoundingClientRect().bottom < document.querySelector('.list').getBoundingClientRect().bottom), 'all of it is seen');
      if (process.env.PICTURES) await visitor.page.screenshot({ path: `${process.env.PICTURES}/view-${id}.png` });
      assert.deepEqual(await violations(await visitor.inside()), [], id);
      await act(frame);
      await frame.getByText(told, { exact: true }).waitFor();
      assert.equal(await frame.locator('.view button').count(), 0, 'it is answered once');
      await visitor.close();
    });
  }
});
