// connect.ChatInterface on a shop's page: the documented call, and every key of init and initiateChat.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { GetContactAttributesCommand } from '@aws-sdk/client-connect';
import { noBrowser, startBrowser } from './lib/browser.mjs';
import { describe, stop } from './lib/chat.mjs';
import { message } from './lib/items.mjs';
import { startPerch } from './lib/perch.mjs';
import { answer, assertStyle, startShop, styleOf, visitShop } from './lib/shop.mjs';
import { startByPage } from './lib/start-endpoint.mjs';
import { Participant } from './lib/participant.mjs';
import { eventually } from './lib/wait.mjs';

const BOX = '.connect-customer-interface iframe';
let shop;
let perch;
let browser;
let agent;
let number = 0;

before(async () => {
  if (noBrowser) return;
  shop = await startShop();
  perch = await startPerch({ more: ['--starts-per-minute', '0'] });
  browser = await startBrowser();
  [agent] = await perch.agents();
});
after(async () => {
  await browser?.close();
  await perch?.stop();
  await shop?.stop();
});

/** A page that starts a chat: `init` and `start` are more keys of the two calls, and `then` is run in the success callback. */
async function come({ init = '', start = '', then = '', before: first = '', inside = '<div id="root"></div>', wait = true } = {}) {
  const address = shop.page(`/${++number}`, `${inside}
<script src="${perch.endpoint}/amazon-connect-chat-interface.js"></script>
<script>
  window.told = []; const note = (name) => (data) => told.push({ name, data });
  for (const name of ['onChatEnded', 'onAgentEndChat', 'onStartNewChat', 'onChatLoading', 'onPushNotificationEligibleMessageReceived', 'onAuthenticationInitiated', 'onAuthenticationComplete', 'onVoiceEscalation']) connect.ChatEvents[name](note(name));
  ${first}
  connect.ChatInterface.init({ containerId: 'root', ${init} });
  connect.ChatInterface.initiateChat({
    name: 'Ada', region: 'us-east-1', stage: 'prod', apiGatewayEndpoint: '${perch.info.StartEndpoint}', instanceId: '${perch.info.InstanceId}', contactFlowId: '${perch.info.ContactFlowId}', ${start}
  }, function successHandler(chatSession) { window.chatSession = chatSession; ${then} }, function failureHandler(error) { window.failed = error; });
</script>`);
  const visitor = await visitShop(browser, address);
  visitor.frame = visitor.page.frameLocator(BOX);
  visitor.contact = () => eventually(() => visitor.page.evaluate(() => window.chatSession?.contactId), 'the chat is started');
  visitor.talk = async () => {
    await agent.status('Available');
    return answer(perch, agent, await visitor.contact());
  };
  if (wait) await visitor.frame.locator('textarea').waitFor();
  return visitor;
}

async function tidy(visitor) {
  const contact = await visitor.page.evaluate(() => window.chatSession?.contactId).catch(() => {});
  if (contact) await stop(perch, contact).catch(() => {});
  await agent.goHome();
  assert.deepEqual(visitor.record.errors, [], 'no script has failed');
  await visitor.close();
}

/** Tests that the page's keys do what is said. */
function shows(what, keys, check) {
  test(`ChatInterface: ${what}`, { skip: noBrowser, timeout: 60_000 }, async () => {
    const visitor = await come(typeof keys === 'function' ? keys() : keys);
    try {
      await check(visitor);
    } finally {
      await tidy(visitor);
    }
  });
}

async function write({ frame }, text) {
  await frame.locator('textarea').fill(text);
  await frame.locator('.send').click();
}

shows('messages go both ways, and the page hears of them', { then: "chatSession.onIncoming(note('incoming')); chatSession.onOutgoing(note('outgoing')); chatSession.onChatDisconnected(note('disconnected')); chatSession.onChatClose(note('closed'));" }, async (visitor) => {
  const person = await visitor.talk();
  await person.say('good day');
  await visitor.frame.getByText('good day').waitFor();
  await write(visitor, 'and to you');
  await person.sees(message({ Content: 'and to you', DisplayName: 'Ada' }), 'it arrives');
  const told = () => visitor.page.evaluate(() => window.told);
  await eventually(async () => (await told()).some(({ name, data }) => name === 'incoming' && data.Content === 'good day') && (await told()).some(({ name, data }) => name === 'outgoing' && data.Content === 'and to you'), 'the callbacks are called');
  await visitor.page.evaluate(() => window.chatSession.endChat());
  await eventually(async () => (await told()).some(({ name }) => name === 'disconnected'), 'the end is told');
  await visitor.frame.getByRole('button', { name: 'Close' }).click();
  await visitor.page.locator(BOX).waitFor({ state: 'detached' });
  const names = (await told()).map(({ name }) => name);
  for (const name of ['onChatLoading', 'onStartNewChat', 'onPushNotificationEligibleMessageReceived', 'onChatEnded', 'closed']) assert.ok(names.includes(name), `${name}: ${names}`);
  assert.ok(!names.includes('onAgentEndChat'));
});

shows('an end that is not the customer\'s is told as the agent\'s', {}, async (visitor) => {
  await stop(perch, await visitor.contact());
  await eventually(() => visitor.page.evaluate(() => window.told.some(({ name }) => name === 'onAgentEndChat')), 'the end is told');
});

shows('containerId that is not there falls back to #root, and baseCssClass is on the box', { init: "containerId: 'elsewhere', baseCssClass: 'shop-chat connect-customer-interface'," }, async ({ page }) => {
  assert.equal(await page.locator('#root > .shop-chat').count(), 1);
});

shows('containerId', { init: "containerId: 'side',", inside: '<div id="root"></div><div id="side"></div>' }, async ({ page }) => {
  assert.equal(await page.locator('#side > .connect-customer-interface').count(), 1);
  assert.equal(await page.locator('#root > *').count(), 0);
});

shows('themeConfig, made from the current theme', {
  before: "const theme = connect.ChatInterface.getCurrentTheme(); theme.fonts.regular = 'Georgia'; theme.globals.bodyFontFamily = 'Georgia'; theme.color.primary = '#123456'; Object.assign(theme.chatTranscriptor, { background: '#fafae0', outgoingMsgBg: '#0e80f2', incomingMsg: 'color: #300000; background: #ffe0e0;', incomingMsgBg: '' });",
  init: 'themeConfig: theme,',
}, async (visitor) => {
  const person = await visitor.talk();
  await person.say('from the agent');
  await visitor.frame.getByText('from the agent').waitFor();
  await write(visitor, 'hi');
  await visitor.frame.locator('.mine .bubble').waitFor();
  for (const [place, want] of [['body', { 'font-family': 'Georgia' }], ['.head', { 'background-color': 'rgb(18, 52, 86)' }], ['.widget', { 'background-color': 'rgb(250, 250, 224)' }],
    ['.mine .bubble', { 'background-color': 'rgb(14, 128, 242)' }], ['.agent .bubble', { 'background-color': 'rgb(255, 224, 224)', color: 'rgb(48, 0, 0)' }]]) {
    assertStyle(await styleOf(visitor.frame.locator(place).last(), ...Object.keys(want)), want);
  }
});

shows('headerConfig of HTML, and logoConfig', () => {
  shop.put('/logo.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"/>', { 'content-type': 'image/svg+xml' });
  return { init: "headerConfig: { isHTML: true, render: () => '<div class=\"chat-header\"><h2>Kettles</h2><button onclick=\"window.minimised = 1\">Hide</button></div>' }, logoConfig: { sourceUrl: '/logo.svg', altText: 'The shop' }," };
}, async ({ page, frame }) => {
  await page.getByRole('heading', { name: 'Kettles' }).waitFor();
  await page.getByRole('button', { name: 'Hide' }).click();
  assert.equal(await page.evaluate(() => window.minimised), 1, 'the page\'s own buttons are the page\'s');
  await page.getByRole('img', { name: 'The shop' }).waitFor();
  assert.equal(await frame.locator('h1.unseen').count(), 1, 'one header is enough');
});

shows('headerConfig of a picture, and of a node', { init: "headerConfig: { sourceUrl: '/logo.svg', altText: 'Kettles', render: () => Object.assign(document.createElement('p'), { textContent: 'from a node' }) }," }, async ({ page }) => {
  await page.getByRole('img', { name: 'Kettles' }).waitFor({ state: 'attached' });
  await page.getByText('from a node').waitFor();
});

shows('footerConfig of HTML takes the place of the end button, and is told of the state', {
  init: "footerConfig: { isHTML: true, render: ({ contactStatus }) => `<button onclick=\"chatSession.endChat()\">Leave (${contactStatus})</button>` },",
}, async ({ page, frame }) => {
  await page.getByRole('button', { name: 'Leave (Connected)' }).waitFor();
  await frame.getByRole('button', { name: 'Menu' }).click();
  assert.equal(await frame.getByRole('button', { name: 'End chat' }).count(), 0);
  await page.getByRole('button', { name: 'Leave (Connected)' }).click();
  await page.getByRole('button', { name: 'Leave (Ended)' }).waitFor();
});

shows('transcriptConfig: messages and events are shown as the page has them', {
  init: `transcriptConfig: {
    participantMessageConfig: { isHTML: true, render: ({ messageDetails: { content, displayName, transportDetails } }) => '<div onclick="parent.hit=1"><b style="color: rgb(255, 0, 0); position: fixed">' + displayName + '</b> (' + transportDetails.direction + '): ' + content.data + '</div>' },
    systemMessageConfig: { render: ({ messageDetails }) => 'Event ' + messageDetails.content.type.split('.').pop() } },`,
}, async (visitor) => {
  const person = await visitor.talk();
  await person.say('<img src=x onerror="window.hit=1"><script>window.hit=1</script><a href="javascript:window.hit=1">x</a><iframe src="https://evil.example"></iframe>ordinary');
  const bubble = visitor.frame.locator('.agent .bubble', { hasText: '(Incoming):' });
  await bubble.getByText('ordinary').waitFor();
  assertStyle(await styleOf(bubble.locator('b'), 'color', 'position'), { color: 'rgb(255, 0, 0)', position: 'static' });
  await visitor.frame.getByText('Event joined').first().waitFor();
  assert.equal(await visitor.frame.locator('.list img, .list script, .list iframe, .list a[href]').count(), 0);
  const inside = visitor.page.frames().find((each) => each.url().includes('/frame'));
  for (const each of [visitor.page, inside]) assert.equal(await each.evaluate(() => window.hit), undefined, 'no script has run');
  assert.deepEqual(visitor.strangers(new URL(perch.endpoint).host, new URL(shop.origin).host), [], 'nobody else was asked');
});

shows('transcriptConfig.render for all, and of attachments', {
  init: `transcriptConfig: { render: ({ messageDetails }) => messageDetails.content.data ? 'All: ' + messageDetails.content.data : '', attachmentMessageConfig: { render: ({ messageDetails }) => 'File: ' + messageDetails.Attachments[0].AttachmentName } },`,
  start: 'featurePermissions: { ATTACHMENTS: true },',
}, async (visitor) => {
  await write(visitor, 'one');
  await visitor.frame.getByText('All: one').waitFor();
  await visitor.frame.locator('input[type=file]').setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('a note') });
  await visitor.frame.getByText('File: notes.txt').waitFor();
});

shows('incomingItemDecorator', { then: "chatSession.incomingItemDecorator = (item) => { if (item.participantRole === 'AGENT') item.displayName = 'The house'; if (item.content.data === 'secret') item.content.data = 'told'; return item; };" }, async (visitor) => {
  const person = await visitor.talk();
  await person.say('secret');
  await visitor.frame.getByText('told', { exact: true }).waitFor();
  await visitor.frame.locator('.name', { hasText: 'The house' }).waitFor();
});

shows('composerConfig', { init: 'composerConfig: { attachmentsEnabled: false, richMessagingEnabled: true },' }, async ({ frame }) => {
  await frame.getByRole('toolbar').waitFor();
  assert.equal(await frame.getByRole('button', { name: 'Attach a file' }).count(), 0);
});

shows('supportedMessagingContentTypes and featurePermissions', { start: "supportedMessagingContentTypes: 'text/plain,text/markdown', featurePermissions: { ATTACHMENTS: true }," }, async ({ frame }) => {
  await frame.getByRole('toolbar').waitFor();
  await frame.getByRole('button', { name: 'Attach a file' }).waitFor();
});

shows('language', { init: "language: 'de_DE'," }, async ({ frame }) => {
  assert.equal(await frame.locator('html').getAttribute('lang'), 'de-DE');
});

shows('language of the one chat', { init: "language: 'de_DE',", start: "language: 'ar'," }, async ({ frame }) => {
  assert.equal(await frame.locator('html').getAttribute('dir'), 'rtl');
});

// What comes of the authentication keys where a flow asks to sign in is in customer-sign-in.test.mjs.
shows('guidesInChat, widgetType, shouldShowMessageReceipts and stage are taken, and the authentication keys wait for a flow', {
  init: "guidesInChat: { instanceAlias: 'shop', version: '1' }, widgetType: 'Custom', shouldShowMessageReceipts: true,", start: "authenticationRedirectUri: 'https://shop.example/back', authenticationIdentityProvider: 'x',",
}, async (visitor) => {
  assert.deepEqual(visitor.strangers(new URL(perch.endpoint).host, new URL(shop.origin).host), [], 'nobody else was asked');
  assert.deepEqual(visitor.record.requests.all.filter(({ pathname }) => pathname.includes('authentication')), []);
});

shows('username, contactAttributes, initialMessage, chatDurationInMinutes and headers', {
  start: "username: 'ada', contactAttributes: JSON.stringify({ customerName: 'Ada', page: 'kettles' }), initialMessage: 'Please help!', chatDurationInMinutes: 60, headers: { 'Content-Type': 'application/json' },",
}, async (visitor) => {
  await visitor.frame.getByText('Please help!').waitFor();
  const { Attributes } = await perch.connect.send(new GetContactAttributesCommand({ InstanceId: perch.info.InstanceId, InitialContactId: await visitor.contact() }));
  assert.equal(Attributes.page, 'kettles');
  await fetch(`${perch.endpoint}/try/clock`, { method: 'POST', body: JSON.stringify({ Advance: '61m' }) });
  await visitor.frame.getByRole('status').getByText('The chat has ended').waitFor();
});

shows('contactAttributes that are no JSON are left out', { start: "contactAttributes: '{',", }, async (visitor) => {
  assert.equal((await describe(perch, await visitor.contact())).Channel, 'CHAT');
});

shows('persistentChat with a half of it is a chat like any other', { start: "persistentChat: { rehydrationType: '', sourceContactId: '' }," }, async (visitor) => {
  assert.equal((await describe(perch, await visitor.contact())).RelatedContactId, undefined);
});

for (const rehydrationType of ['ENTIRE_PAST_SESSION', 'FROM_SEGMENT']) {
  test(`ChatInterface: persistentChat of ${rehydrationType}, as the document has it`, { skip: noBrowser, timeout: 60_000 }, async () => {
    const { startChatResult } = await startByPage(perch);
    const customer = await Participant.join(perch, startChatResult);
    await customer.say('from last week');
    await customer.disconnect();
    const visitor = await come({ start: `// Learn more about persistent chat: https://docs.aws.amazon.com/connect/latest/adminguide/chat-persistence.html
      persistentChat: {
        rehydrationType: "${rehydrationType}",
        sourceContactId: "${startChatResult.ContactId}"
      },` });
    await visitor.frame.getByText('from last week').waitFor();
    await write(visitor, 'and now');
    await visitor.frame.getByText('and now').waitFor();
    assert.equal((await describe(perch, await visitor.contact())).RelatedContactId, startChatResult.ContactId);
    await tidy(visitor);
  });
}

for (const [what, endpoint, want] of [
  ['a refusal', () => `${perch.info.StartEndpoint}`, { status: 404, ok: false }],
  ['an answer that is no JSON', () => shop.put('/start', 'hello', { 'access-control-allow-origin': '*' }), { status: 200, ok: false }],
  ['no network', () => 'http://127.0.0.1:9/', null],
]) {
  test(`ChatInterface: ${what} calls the failure callback`, { skip: noBrowser, timeout: 60_000 }, async () => {
    const visitor = await come({ start: `apiGatewayEndpoint: '${endpoint()}', contactFlowId: '00000000-0000-4000-8000-000000000000',`, wait: false });
    const failed = await eventually(() => visitor.page.evaluate(() => window.failed && { ...window.failed, networkError: !!window.failed.networkError }), 'the page is told');
    if (want) assert.deepEqual({ status: failed.status, ok: failed.ok }, want);
    else assert.equal(failed.networkError, true);
    await visitor.page.getByRole('alert').getByText('Initialization failed').waitFor();
    await tidy(visitor);
  });
}

test('ChatInterface: an event with initChat of the page itself starts a chat, a message of another window does not', { skip: noBrowser, timeout: 60_000 }, async () => {
  const keys = JSON.stringify({ name: 'Ada', apiGatewayEndpoint: perch.info.StartEndpoint, instanceId: perch.info.InstanceId, contactFlowId: perch.info.ContactFlowId });
  const visitor = await visitShop(browser, shop.page(`/${++number}`, `<div id="root"></div><script src="${perch.endpoint}/amazon-connect-chat-interface.js"></script><script>connect.ChatInterface.init({});</script>`));
  await visitor.page.evaluate((all) => { window.postMessage({ initChat: true, ...all }, '*'); window.postMessage({ label: 'perch-widget', type: 'ready' }, '*'); }, JSON.parse(keys));
  await visitor.page.evaluate(() => new Promise((resolve) => { window.addEventListener('message', resolve, { once: true }); window.postMessage('last', '*'); }));
  assert.equal(await visitor.page.locator('iframe').count(), 0);
  await visitor.page.evaluate((all) => window.dispatchEvent(Object.assign(new Event('message'), { initChat: true, ...all })), JSON.parse(keys));
  await visitor.page.frameLocator(BOX).locator('textarea').waitFor();
  await visitor.close();
});
