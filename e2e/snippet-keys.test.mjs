// Every key that a site's snippet may set, each in a page of the site's own, with what comes of it.

import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { GetContactAttributesCommand, UpdateParticipantRoleConfigCommand } from '@aws-sdk/client-connect';
import { noBrowser, startBrowser } from './lib/browser.mjs';
import { stop } from './lib/chat.mjs';
import { message } from './lib/items.mjs';
import { BUTTON, FRAME, answer, assertStyle, openWidget, sign, snippet, startShop, startWithWidgets, styleOf, visitShop } from './lib/shop.mjs';
import { eventually } from './lib/wait.mjs';

let shop;
let house;
let perch;
let browser;
let agent;
let number = 0;
const LOGO = join(tmpdir(), `perch-logo-${process.pid}.svg`);

before(async () => {
  if (noBrowser) return;
  shop = await startShop();
  await writeFile(LOGO, '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="100"><rect width="200" height="100"/><script>window.top.hit = 1</script></svg>');
  house = await startWithWidgets({ open: ['--unsigned', '--domain', shop.origin, '--no-confirm-end'], signed: ['--domain', shop.origin], formal: ['--unsigned', '--domain', shop.origin, '--title', 'Ask the shop', '--greeting', 'What may we do?', '--color', '#123456', '--text-color', '#fedcba', '--theme', 'dark', '--language', 'de_DE', '--pre-chat', '--logo', LOGO],
    asking: ['--unsigned', '--domain', shop.origin, '--ask-continue', '--no-confirm-end'] },
    { more: ['--starts-per-minute', '0'] });
  perch = house.perch;
  browser = await startBrowser();
  [agent] = await perch.agents();
});
after(async () => {
  await browser?.close();
  await house?.stop();
  await shop?.stop();
  await rm(LOGO, { force: true });
});

/** A page whose snippet has these calls beside its own. `told` has what contactMetadataHandler was told. */
function pageWith(calls, { widget = 'open', inside = '' } = {}) {
  const id = house.made[widget].WidgetId;
  const own = `amazon_connect('snippetId', '${id}');
  window.told = []; amazon_connect('contactMetadataHandler', (metadata) => { told.push(metadata); });`;
  return shop.page(`/${++number}`, `${inside}${snippet(perch.endpoint, id, `${own}\n  ${calls}`)}`);
}

const come = (calls, more) => visitShop(browser, pageWith(calls, more));

/** The contact that the page was told of. */
async function contactOf({ page }) {
  return eventually(() => page.evaluate(() => window.told[0]?.chatContactId), 'the page is told of the contact');
}

async function attributesOf(visitor) {
  const { Attributes } = await perch.connect.send(new GetContactAttributesCommand({ InstanceId: perch.info.InstanceId, InitialContactId: await contactOf(visitor) }));
  return Attributes;
}

/** A chat with an agent in it. */
async function talk(visitor) {
  await openWidget(visitor);
  await agent.status('Available');
  return answer(perch, agent, await contactOf(visitor));
}


async function write({ frame }, text) {
  await frame.locator('textarea').fill(text);
  await frame.locator('.send').click();
}

/** Ends what is still open, so that the agent is free for the next. */
async function tidy(visitor) {
  for (const { chatContactId } of await visitor.page.evaluate(() => window.told ?? [])) await stop(perch, chatContactId).catch(() => {});
  await agent.goHome();
  await visitor.close();
}

/** Moves the clock of the chats. */
async function pass(time) {
  const response = await fetch(`${perch.endpoint}/try/clock`, { method: 'POST', body: JSON.stringify({ Advance: time }) });
  assert.equal(response.status, 200, await response.text());
}

const endChat = async ({ frame }) => {
  await frame.getByRole('button', { name: 'Menu' }).click();
  await frame.getByRole('menuitem', { name: 'End chat' }).click();
};

/** What each key does, by name; a name may have words behind it to tell cases apart. */
const KEYS = {
  'snippetId': ["", async ({ page, record }) => {
    await page.locator(BUTTON).waitFor();
    assert.deepEqual(record.console.all.filter(({ type }) => type === 'error'), []);
  }],
  'styles': ["amazon_connect('styles', { iconType: 'VOICE', openChat: { color: '#111111', backgroundColor: '#3498fe' }, closeChat: { color: '#ffffff', backgroundColor: '#123456' } });", async (visitor) => {
    const button = visitor.page.locator(BUTTON);
    assertStyle(await styleOf(button, 'color', 'background-color'), { color: 'rgb(17, 17, 17)', 'background-color': 'rgb(52, 152, 254)' });
    const icon = await button.locator('path').getAttribute('d');
    await visitor.page.evaluate(() => window.amazon_connect('styles', { iconType: 'CHAT_VOICE' }));
    assert.notEqual(await button.locator('path').getAttribute('d'), icon, 'the icon says what it opens');
    await visitor.page.evaluate(() => window.amazon_connect('styles', { closeChat: { color: '#ffffff', backgroundColor: '#123456' } }));
    await button.click();
    assertStyle(await styleOf(button, 'color', 'background-color'), { color: 'rgb(255, 255, 255)', 'background-color': 'rgb(18, 52, 86)' });
  }],
  'supportedMessagingContentTypes': ["amazon_connect('supportedMessagingContentTypes', ['text/plain', 'text/markdown']);", async (visitor) => {
    const person = await talk(visitor);
    await visitor.frame.getByRole('toolbar').waitFor();
    await write(visitor, 'this **matters**');
    await person.sees(message({ Content: 'this **matters**', ContentType: 'text/markdown' }), 'it comes as markdown');
  }],
  'supportedMessagingContentTypes, without markdown': ["amazon_connect('supportedMessagingContentTypes', ['text/plain']);", async (visitor) => {
    const person = await talk(visitor);
    assert.equal(await visitor.frame.getByRole('toolbar').count(), 0);
    await write(visitor, 'this **matters**');
    await person.sees(message({ Content: 'this **matters**', ContentType: 'text/plain' }), 'it comes as it was typed');
  }],
  'customerDisplayName': ["amazon_connect('customerDisplayName', function(callback) { const displayName = 'Ada Lovelace'; callback(displayName); });", async (visitor) => {
    const person = await talk(visitor);
    await write(visitor, 'hello');
    await person.sees(message({ Content: 'hello', DisplayName: 'Ada Lovelace' }), 'she is called by her name');
  }],
  'customerDisplayName, none': ["amazon_connect('customerDisplayName', function(callback) { callback(''); });", async (visitor) => {
    const person = await talk(visitor);
    await write(visitor, 'hello');
    await person.sees(message({ Content: 'hello', DisplayName: 'Customer' }), 'somebody without a name');
    await visitor.record.console.first(({ type, text }) => type === 'error' && text.includes('Invalid customerDisplayName provided'), 'the page is told');
  }],
  'authenticate': [() => `window.asked = 0; amazon_connect('authenticate', function(callback) { asked++; callback('${sign(house.made.signed.SecurityKey, { sub: house.made.signed.WidgetId, attributes: { plan: 'gold' } })}'); });`, async (visitor) => {
    await visitor.page.locator(BUTTON).waitFor();
    assert.equal(await visitor.page.evaluate(() => window.asked), 0, 'nobody signs before a chat starts');
    await openWidget(visitor);
    assert.equal((await attributesOf(visitor)).plan, 'gold', 'what is signed has no prefix');
    assert.equal(await visitor.page.evaluate(() => window.asked), 1);
  }, { widget: 'signed' }],
  'authenticate, not set where it is needed': ["", async (visitor) => {
    await visitor.page.locator(BUTTON).click();
    await visitor.frame.getByRole('alert').waitFor();
    assert.deepEqual(await visitor.page.evaluate(() => window.told), []);
  }, { widget: 'signed' }],
  'contactAttributes': ["amazon_connect('contactAttributes', { page: 'kettles', count: 3, sourceContactId: 'x' });", async (visitor) => {
    await openWidget(visitor);
    assert.deepEqual(Object.fromEntries(Object.entries(await attributesOf(visitor)).filter(([name]) => !name.startsWith('perch'))), { 'HostedWidget-page': 'kettles', 'HostedWidget-sourceContactId': 'x' });
    await visitor.record.console.first(({ type, text }) => type === 'error' && text.includes('count'), 'the page is told of what is no text');
  }],
  'contactMetadataHandler': ["", async (visitor) => {
    await openWidget(visitor);
    const contact = await contactOf(visitor);
    const told = await visitor.page.evaluate(() => window.told);
    assert.equal(told.length, 1);
    assert.deepEqual(Object.keys(told[0]).sort(), ['chatContactId', 'contactId', 'participantId'], 'and of no token');
    assert.equal(told[0].contactId, contact);
  }],
  'customLaunchBehavior.skipIconButtonAndAutoLaunch': ["amazon_connect('customLaunchBehavior', { skipIconButtonAndAutoLaunch: true });", async ({ page, frame }) => {
    await frame.locator('textarea').waitFor();
    assert.equal(await page.locator(FRAME).isVisible(), true);
  }],
  'customLaunchBehavior.alwaysHideWidgetButton and programmaticLaunch': [`amazon_connect('customLaunchBehavior', { alwaysHideWidgetButton: true, programmaticLaunch: (function(launchCallback) {
    document.getElementById('launch').addEventListener('click', launchCallback); }) });`, async ({ page, frame }) => {
    await page.locator(BUTTON).waitFor({ state: 'attached' });
    assert.equal(await page.locator(BUTTON).isVisible(), false);
    await page.click('#launch');
    await frame.locator('textarea').waitFor();
    assert.equal(await page.locator(BUTTON).isVisible(), false);
  }, { inside: '<button id="launch">Chat with us</button>' }],
  'registerCallback': [`window.events = []; const note = (eventName, { chatDetails, data }) => events.push({ eventName, chatDetails, data });
  amazon_connect('registerCallback', { CONNECTION_ESTABLISHED: note, PARTICIPANT_JOINED: note, INCOMING_MESSAGE: note, OUTGOING_MESSAGE: note, CHAT_ENDED: note, WIDGET_FRAME_CLOSED: note });`, async (visitor) => {
    const person = await talk(visitor);
    const contact = await contactOf(visitor);
    await person.say('good day');
    await visitor.frame.getByText('good day').waitFor();
    await write(visitor, 'and to you');
    await person.sees(message({ Content: 'and to you' }), 'it arrives');
    await endChat(visitor);
    await visitor.frame.getByRole('button', { name: 'Close' }).click();
    const events = await eventually(() => visitor.page.evaluate(() => window.events.some(({ eventName }) => eventName === 'WIDGET_FRAME_CLOSED') && window.events), 'the frame is closed');
    for (const name of ['CONNECTION_ESTABLISHED', 'PARTICIPANT_JOINED', 'INCOMING_MESSAGE', 'OUTGOING_MESSAGE', 'CHAT_ENDED', 'WIDGET_FRAME_CLOSED']) {
      const found = events.filter(({ eventName }) => eventName === name);
      assert.ok(found.length >= 1, `${name} is told`);
      assert.equal(found[0].chatDetails.contactId, contact, name);
    }
    assert.equal(events.filter(({ eventName }) => eventName === 'CONNECTION_ESTABLISHED').length, 1);
    assert.doesNotMatch(JSON.stringify(events), /good day|oken/, 'neither words nor tokens leave the frame');
    assert.equal(await visitor.page.locator(FRAME).count(), 0);
  }],
  'customStyles': [`amazon_connect('customStyles', { global: { frameWidth: '400px', frameHeight: '600px', textColor: '#102030', fontSize: '17px', footerHeight: '120px', headerHeight: '90px', typeface: 'Georgia, serif', customTypefaceStylesheetUrl: 'https://fonts.example/x.css' },
    header: { headerTextColor: '#541218', headerBackgroundColor: '#ffee33' },
    transcript: { messageFontSize: '13px', messageTextColor: '#ff0033', widgetBackgroundColor: '#964950', agentMessageTextColor: '#ef18d3', systemMessageTextColor: '#ef18d4', customerMessageTextColor: '#ef18d5', agentChatBubbleColor: '#111112', systemChatBubbleColor: '#111113', customerChatBubbleColor: '#0e80f2' },
    footer: { buttonFontSize: '20px', buttonTextColor: '#fe3251', buttonBorderColor: '#abcdef', buttonBackgroundColor: '#123456', backgroundColor: '#fedcba', footerBackgroundColor: '#e12345' } });`, async (visitor) => {
    const person = await talk(visitor);
    await person.say('from the agent');
    await visitor.frame.getByText('from the agent').waitFor();
    await write(visitor, 'from the customer');
    await person.sees(message({ Content: 'from the customer' }), 'it arrives');
    await visitor.frame.getByText('from the customer').waitFor();
    const { frame, page } = visitor;
    for (const [locator, want] of [
      [page.locator(FRAME), { width: '400px', height: '600px' }],
      [frame.locator('body'), { color: 'rgb(16, 32, 48)', 'font-size': '17px', 'font-family': 'Georgia, serif' }],
      [frame.locator('.head'), { color: 'rgb(84, 18, 24)', 'background-color': 'rgb(255, 238, 51)', 'min-height': '90px' }],
      [frame.locator('.widget'), { 'background-color': 'rgb(150, 73, 80)' }],
      [frame.locator('.agent .bubble').last(), { 'background-color': 'rgb(17, 17, 18)', color: 'rgb(239, 24, 211)', 'font-size': '13px' }],
      [frame.locator('.mine .bubble').last(), { 'background-color': 'rgb(14, 128, 242)', color: 'rgb(239, 24, 213)', 'font-size': '13px' }],
      [frame.locator('.composer'), { 'background-color': 'rgb(225, 35, 69)', 'min-height': '120px' }],
    ]) assertStyle(await styleOf(locator, ...Object.keys(want)), want);
    await frame.locator('textarea').fill('x');
    assertStyle(await styleOf(frame.locator('.send'), 'background-color', 'color', 'border-top-color'), { 'background-color': 'rgb(18, 52, 86)', color: 'rgb(254, 50, 81)', 'border-top-color': 'rgb(171, 205, 239)' });
    assert.deepEqual(visitor.strangers(new URL(perch.endpoint).host, new URL(shop.origin).host), [], 'the typeface is not fetched');
  }],
  'customStyles, where one colour is for several': ["amazon_connect('customStyles', { transcript: { messageTextColor: '#ff0033', systemMessageTextColor: '#ef18d4', systemChatBubbleColor: '#111113' }, footer: { backgroundColor: '#fedcba', buttonFontSize: '20px' } });", async (visitor) => {
    const person = await talk(visitor);
    await person.say('from the agent');
    await write(visitor, 'from the customer');
    const { frame } = visitor;
    await frame.locator('.mine .bubble').waitFor();
    for (const [who, want] of [['agent', { color: 'rgb(255, 0, 51)' }], ['mine', { color: 'rgb(255, 0, 51)' }], ['system', { color: 'rgb(239, 24, 212)', 'background-color': 'rgb(17, 17, 19)' }]]) {
      assertStyle(await styleOf(frame.locator(`.${who} .bubble`).last(), ...Object.keys(want)), want);
    }
    assertStyle(await styleOf(frame.locator('.composer'), 'background-color'), { 'background-color': 'rgb(254, 220, 186)' });
    await endChat(visitor);
    const again = frame.getByRole('button', { name: 'Start a new chat' });
    await again.waitFor();
    assertStyle(await styleOf(again, 'font-size'), { 'font-size': '20px' });
  }],
  'customStyles.logo': ["amazon_connect('customStyles', { logo: { logoMaxHeight: '31px', logoMaxWidth: '80px' } });", async (visitor) => {
    await visitor.page.locator(BUTTON).click();
    const logo = visitor.frame.locator('.head img.logo');
    await logo.waitFor();
    await eventually(async () => { // the picture is twice as wide as high
      const { width, height } = await logo.boundingBox();
      return width === 62 && height === 31;
    }, 'it is as high as it may be');
    await visitor.page.evaluate(() => window.amazon_connect('customStyles', { logo: { logoMaxHeight: '31px', logoMaxWidth: '40px' } }));
    await eventually(async () => (await logo.boundingBox()).width === 40, 'it becomes no wider than that');
  }, { widget: 'formal' }],
  'customStyles, which are no way in': [`amazon_connect('customStyles', { header: { headerBackgroundColor: 'red;background:url(https://evil.example/x)', headerTextColor: 'url(https://evil.example/y)' }, transcript: { widgetBackgroundColor: '} body { display: none' } });`, async (visitor) => {
    await openWidget(visitor);
    assert.deepEqual(visitor.strangers(new URL(perch.endpoint).host, new URL(shop.origin).host), []);
    assertStyle(await styleOf(visitor.frame.locator('.head'), 'background-image'), { 'background-image': 'none' });
  }],
  'customizationObject.header and transcript': [`amazon_connect('customizationObject', { header: { dropdown: true, dynamicHeader: true, hideTranscriptDownloadButton: true },
    transcript: { hideDisplayNames: false, eventNames: { customer: 'Visitor', agent: 'Web agent', supervisor: 'Web supervisor' }, eventMessages: { participantJoined: '{name} has come in', participantLeft: '{name} has dropped', chatEnded: 'That was it' },
      displayIcons: true, iconSources: { agentMessage: '/agent.svg', systemMessage: '/system.svg', customerMessage: '/customer.svg' } } });`, async (visitor) => {
    const person = await talk(visitor);
    const { frame } = visitor;
    await frame.getByText('Web agent has come in').waitFor();
    await person.say('hello');
    await frame.locator('.agent .name', { hasText: 'Web agent' }).waitFor();
    await frame.getByRole('heading', { name: 'You are talking with Web agent' }).waitFor();
    await frame.locator('.agent img[src^="data:image/svg+xml"]').first().waitFor();
    await frame.getByRole('button', { name: 'Menu' }).click();
    await frame.getByRole('menuitem', { name: 'End chat' }).waitFor();
    assert.equal(await frame.getByRole('menuitem', { name: 'Download transcript' }).count(), 0);
    await frame.getByRole('menuitem', { name: 'End chat' }).click();
    await frame.getByText('That was it').waitFor();
  }],
  'customizationObject.transcript, names hidden and messages left out': ["amazon_connect('customizationObject', { transcript: { hideDisplayNames: true, eventMessages: { participantJoined: '', chatEnded: '' } } });", async (visitor) => {
    const person = await talk(visitor);
    await person.say('hello');
    await visitor.frame.getByText('hello', { exact: true }).waitFor();
    assert.equal(await visitor.frame.locator('.name').count(), 0);
    assert.equal(await visitor.frame.locator('.event').count(), 0);
  }],
  'customizationObject.transcript.eventMessages, of those who say nothing': ["amazon_connect('customizationObject', { transcript: { eventMessages: { participantIdle: '{name}, are you still there?', participantReturned: 'Back again', participantDisconnect: 'We have hung up' } } });", async (visitor) => {
    await openWidget(visitor);
    // Timers run from an agent's coming on.
    await perch.connect.send(new UpdateParticipantRoleConfigCommand({ InstanceId: perch.info.InstanceId, ContactId: await contactOf(visitor), ChannelConfiguration: { Chat: { ParticipantTimerConfigList: [
      { ParticipantRole: 'CUSTOMER', TimerType: 'IDLE', TimerValue: { ParticipantTimerDurationInMinutes: 2 } }] } } }));
    await agent.status('Available');
    const person = await answer(perch, agent, await contactOf(visitor));
    await person.say('and what else?');
    await pass('3m');
    await visitor.frame.getByText('You, are you still there?').waitFor();
    await write(visitor, 'I am');
    await visitor.frame.getByText('Back again').waitFor();
  }],
  'customizationObject.composer': ["amazon_connect('supportedMessagingContentTypes', ['text/plain', 'text/markdown']); amazon_connect('customizationObject', { composer: { disableEmojiPicker: true, disableCustomerAttachments: true, alwaysHideToolbar: true } });", async (visitor) => {
    await openWidget(visitor);
    for (const name of ['Emoji', 'Attach a file', 'Bold']) assert.equal(await visitor.frame.getByRole('button', { name }).count(), 0, name);
  }],
  'customizationObject.composer, as it is spelt in a sample': ["amazon_connect('customizationObject', { composer: { disableCustomerAttachment: true } });", async (visitor) => {
    await openWidget(visitor);
    assert.equal(await visitor.frame.getByRole('button', { name: 'Attach a file' }).count(), 0);
    assert.equal(await visitor.frame.getByRole('button', { name: 'Emoji' }).count(), 1);
  }],
  'customizationObject.footer.disabled': ["amazon_connect('customizationObject', { footer: { disabled: true } });", async (visitor) => {
    await openWidget(visitor);
    await visitor.frame.getByRole('button', { name: 'Menu' }).click();
    await visitor.frame.getByRole('menuitem', { name: 'Download transcript' }).waitFor();
    assert.equal(await visitor.frame.getByRole('menuitem', { name: 'End chat' }).count(), 0);
  }],
  'customizationObject.footer.skipCloseChatButton': ["amazon_connect('customizationObject', { footer: { skipCloseChatButton: true } });", async (visitor) => {
    await openWidget(visitor);
    await endChat(visitor);
    await visitor.page.locator(FRAME).waitFor({ state: 'detached' });
  }],
  'customizationObject.endChat': ["amazon_connect('customizationObject', { endChat: { enableConfirmationDialog: true, confirmationDialogText: { title: 'Leave us?', message: 'We would miss you.', confirmButtonText: 'Leave', cancelButtonText: 'Stay' } } });", async (visitor) => {
    await openWidget(visitor);
    await endChat(visitor);
    const dialog = visitor.frame.getByRole('dialog', { name: 'Leave us?' });
    await dialog.getByText('We would miss you.').waitFor();
    await dialog.getByRole('button', { name: 'Stay' }).click();
    await dialog.waitFor({ state: 'detached' });
    await endChat(visitor);
    await dialog.getByRole('button', { name: 'Leave' }).click();
    await visitor.frame.getByRole('button', { name: 'Close' }).waitFor();
  }],
  'customizationObject.attachment': ["amazon_connect('customizationObject', { attachment: { rejectedErrorMessage: 'At most 15 MB, please.' } });", async (visitor) => {
    await openWidget(visitor);
    await visitor.frame.locator('input[type=file]').setInputFiles({ name: 'run.exe', mimeType: 'application/octet-stream', buffer: Buffer.from('MZ') });
    await visitor.frame.getByText('At most 15 MB, please.').waitFor();
  }],
  'chatDurationInMinutes': ["amazon_connect('chatDurationInMinutes', 60);", async (visitor) => {
    await openWidget(visitor);
    await pass('59m');
    assert.equal(await visitor.frame.locator('textarea').count(), 1);
    await pass('2m');
    await visitor.frame.getByRole('status').getByText('The chat has ended').waitFor();
  }],
  'chatDurationInMinutes, too short': ["amazon_connect('chatDurationInMinutes', 5);", async (visitor) => {
    await visitor.page.locator(BUTTON).click();
    await visitor.frame.getByText('must be from 60 to 10080').waitFor();
  }],
  'language': ["amazon_connect('language', 'de_DE');", async (visitor) => {
    await openWidget(visitor);
    assert.equal(await visitor.frame.locator('html').getAttribute('lang'), 'de-DE');
    await visitor.frame.getByPlaceholder('Nachricht schreiben').waitFor();
  }],
  'language, one that there is not': ["amazon_connect('language', 'ja_JP');", async (visitor) => {
    await openWidget(visitor);
    await visitor.frame.getByPlaceholder('Write a message').waitFor();
  }],
  'enableLogs': ["amazon_connect('enableLogs', true);", async (visitor) => {
    await openWidget(visitor);
    await visitor.record.console.first(({ text }) => text.startsWith('[chat] CONNECTION_ESTABLISHED'), 'the page logs');
  }],
  'displayType': ["amazon_connect('displayType', 'WEBVIEW');", async ({ page, frame }) => {
    await frame.locator('textarea').waitFor();
    const { width, height } = await page.locator(FRAME).boundingBox();
    assert.deepEqual({ width, height }, { width: 1100, height: 800 }, 'it is all there is');
    assert.equal(await page.locator(BUTTON).isVisible(), false);
    assert.equal(await frame.getByRole('button', { name: 'Minimise' }).count(), 0);
  }],
  'customStartChat': [() => `amazon_connect('customStartChat', async function(callback) {
    const response = await fetch('${perch.info.StartEndpoint}', { method: 'POST', body: JSON.stringify({ InstanceId: '${perch.info.InstanceId}', ContactFlowId: '${perch.info.ContactFlowId}', ParticipantDetails: { DisplayName: 'Grace' } }) });
    const { data } = await response.json(); window.started = data.startChatResult.ContactId;
    callback({ startChatResult: data.startChatResult, featurePermissions: { MESSAGING_MARKDOWN: true, ATTACHMENTS: false } }); });`, async (visitor) => {
    const person = await talk(visitor);
    assert.equal(await visitor.page.evaluate(() => window.started), await contactOf(visitor));
    await visitor.frame.getByRole('toolbar').waitFor();
    assert.equal(await visitor.frame.getByRole('button', { name: 'Attach a file' }).count(), 0, 'what is not permitted is not offered');
    await write(visitor, 'hello');
    await person.sees(message({ DisplayName: 'Grace', Content: 'hello' }), 'the chat that the page has started');
  }, { widget: 'signed' }],
  // What comes of it where a flow asks is in customer-sign-in.test.mjs.
  'authenticationParameters, where no flow asks to sign in': ["amazon_connect('authenticationParameters', { redirectUri: 'https://shop.example/back', identityProvider: 'x' });", async (visitor) => {
    await openWidget(visitor);
    await visitor.frame.getByText('thank you for contacting us').waitFor();
    assert.equal(await visitor.frame.getByRole('group', { name: /sign in/ }).count(), 0);
    assert.deepEqual(visitor.record.requests.all.filter(({ pathname }) => pathname.includes('authentication')), [], 'nothing is asked for before it is wanted');
  }],
  'disableCSM, nonce, customerChatInterfaceUrl': [`amazon_connect('disableCSM', true); amazon_connect('nonce', '1234');
  amazon_connect('customerChatInterfaceUrl', './amazon-connect-chat-interface.js');`, async (visitor) => {
    await openWidget(visitor);
    assert.deepEqual(visitor.record.requests.all.filter(({ pathname }) => pathname.endsWith('chat-interface.js')), [], 'no other program runs where the tokens are');
    assert.deepEqual(visitor.strangers(new URL(perch.endpoint).host, new URL(shop.origin).host), []);
  }],
};

for (const [key, [calls, check, more]] of Object.entries(KEYS)) {
  test(`the snippet's ${key}`, { skip: noBrowser, timeout: 60_000 }, async () => {
    const visitor = await come(typeof calls === 'function' ? calls() : calls, more);
    shop.put('/agent.svg', '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><script>window.top.hit = 1</script></svg>', { 'content-type': 'image/svg+xml' });
    try {
      await check(visitor);
      assert.deepEqual(visitor.record.errors, [], 'no script has failed');
    } finally {
      await tidy(visitor);
    }
  });
}

test('a snippet without snippetId says so', { skip: noBrowser, timeout: 60_000 }, async () => {
  const visitor = await visitShop(browser, shop.page('/none', snippet(perch.endpoint, house.made.open.WidgetId, '')));
  await visitor.record.console.first(({ type, text }) => type === 'error' && text.includes('snippetId'), 'the page is told');
  await visitor.close();
});

test('the same key again: the last one holds, at once', { skip: noBrowser, timeout: 60_000 }, async () => {
  const visitor = await come("amazon_connect('language', 'ar'); amazon_connect('language', 'de_DE');");
  await openWidget(visitor);
  assert.equal(await visitor.frame.locator('html').getAttribute('lang'), 'de-DE');
  await visitor.page.evaluate(() => window.amazon_connect('language', 'en_US'));
  await visitor.frame.getByPlaceholder('Write a message').waitFor();
  await visitor.close();
});

test('what a widget is set up with: its look, its language, its form', { skip: noBrowser, timeout: 60_000 }, async () => {
  const visitor = await come('', { widget: 'formal' });
  await visitor.page.locator(BUTTON).click();
  const { frame } = visitor;
  await frame.getByRole('heading', { name: 'Ask the shop' }).waitFor();
  await frame.getByText('What may we do?').waitFor();
  assert.equal(await frame.locator('html').getAttribute('data-theme'), 'dark');
  await frame.locator('input[name=name]').fill('Grace');
  await frame.locator('textarea[name=message]').fill('A lid, please');
  const button = frame.locator('button[type=submit]');
  assertStyle(await styleOf(button, 'background-color', 'color'), { 'background-color': 'rgb(18, 52, 86)', color: 'rgb(254, 220, 186)' });
  await button.click();
  await agent.status('Available');
  const person = await answer(perch, agent, await contactOf(visitor));
  const { Transcript } = await person.page({ MaxResults: 100 });
  assert.ok(Transcript.some(message({ Content: 'A lid, please', DisplayName: 'Grace' })));
  await tidy(visitor);
});


test('a widget asks at the site whether to go on with the last chat, also where nobody signs for its visitors', { skip: noBrowser, timeout: 60_000 }, async () => {
  const visitor = await come('', { widget: 'asking' });
  const { page, frame } = visitor;
  const open = () => page.locator(BUTTON).click();
  const closeIt = async () => { await endChat(visitor); await frame.getByRole('button', { name: 'Close' }).click(); };
  await open();
  await frame.locator('textarea').waitFor(); // nothing to ask of somebody who is new
  await page.route('**/participant/message', (route) => setTimeout(() => route.continue(), 1_000)); // it is still on its way when the chat is ended
  await write(visitor, 'about the kettle');
  await frame.getByText('about the kettle').waitFor();
  await closeIt();
  await open();
  await frame.getByText('Would you like to go on where we left off?').waitFor();
  assert.equal(await frame.locator('textarea').count(), 0, 'no chat is started before the answer');
  await frame.getByRole('button', { name: 'Continue our last chat' }).click();
  await frame.getByText('about the kettle').waitFor();
  await frame.locator('.divider', { hasText: 'This chat' }).waitFor();
  await closeIt();
  await page.reload();
  await open();
  await frame.getByRole('button', { name: 'Start a new chat' }).click();
  await frame.locator('textarea').waitFor();
  assert.equal(await frame.getByText('about the kettle').count(), 0);
  await tidy(visitor);
});
