// Customers sign in within a chat: a flow asks for it, a real OpenID provider knows them, and the site's redirect page is the documented one.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CreateContactFlowCommand, ListQueuesCommand } from '@aws-sdk/client-connect';
import { violations } from './lib/axe.mjs';
import { noBrowser, startBrowser } from './lib/browser.mjs';
import { stop } from './lib/chat.mjs';
import { message } from './lib/items.mjs';
import { startPerch } from './lib/perch.mjs';
import { signInAs, startProvider } from './lib/provider.mjs';
import { freePort } from './lib/proxy.mjs';
import { startRedirectPage } from './lib/redirect-page.mjs';
import { FRAME, answer, openWidget, snippet, startShop, startWithWidgets, visitShop } from './lib/shop.mjs';
import { eventually } from './lib/wait.mjs';

const CLIENT = { client_id: 'shop-chat', client_secret: 'a secret of both' };
const PEOPLE = { grace: { given_name: 'Grace', name: 'Grace Hopper' } };
const SAYS = { yes: 'There you are.', no: 'As you like.', late: 'You took your time.', error: 'That went wrong.' };

let dir;
let shop;
let login;
let back;
let house;
let perch;
let browser;
let flow;
let agent;
let number = 0;

/** Asks to sign in, says how it went, and goes to an agent. */
function asking(QueueId) {
  const say = (Identifier, NextAction) => ({ Identifier, Type: 'MessageParticipant', Parameters: { Text: SAYS[Identifier] ?? 'Who are you?' }, Transitions: { NextAction, Errors: [{ ErrorType: 'NoMatchingError', NextAction }] } });
  return JSON.stringify({
    Version: '2019-10-30', StartAction: 'hello', Actions: [
      say('hello', 'ask'),
      { Identifier: 'ask', Type: 'AuthenticateParticipant',
        Parameters: { CognitoConfiguration: { UserPoolArn: 'arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_shop', AppClientId: CLIENT.client_id }, TimeLimitMinutes: '3', CustomerProfilesConfiguration: { ObjectTypeName: 'CTR' } },
        Transitions: { NextAction: 'yes', Conditions: [{ NextAction: 'no', Condition: { Operator: 'Equals', Operands: ['OptedOut'] } }],
          Errors: [{ ErrorType: 'TimeLimitExceeded', NextAction: 'late' }, { ErrorType: 'NoMatchingError', NextAction: 'error' }, { ErrorType: 'NoMatchingCondition', NextAction: 'error' }] } },
      ...Object.keys(SAYS).map((each) => say(each, 'queue')),
      { Identifier: 'queue', Type: 'UpdateContactTargetQueue', Parameters: { QueueId }, Transitions: { NextAction: 'wait', Errors: [{ ErrorType: 'NoMatchingError', NextAction: 'end' }] } },
      { Identifier: 'wait', Type: 'TransferContactToQueue', Parameters: {}, Transitions: { NextAction: 'end', Errors: [{ ErrorType: 'QueueAtCapacity', NextAction: 'end' }, { ErrorType: 'NoMatchingError', NextAction: 'end' }] } },
      { Identifier: 'end', Type: 'DisconnectParticipant', Parameters: {}, Transitions: {} },
    ],
  });
}

before(async () => {
  if (noBrowser) return;
  dir = await mkdtemp(join(tmpdir(), 'perch-customer-sign-in-'));
  shop = await startShop();
  login = await startProvider();
  const port = await freePort();
  login.begin({
    clients: [{ ...CLIENT, redirect_uris: [`http://localhost:${port}/signed-in`] }],
    claims: { openid: ['sub'], profile: ['given_name', 'name'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) }),
  });
  const file = join(dir, 'sign-in.json');
  await writeFile(file, JSON.stringify({ Customers: [{ Name: 'Shop login', Issuer: login.issuer, ClientId: CLIENT.client_id, ClientSecret: CLIENT.client_secret }] }));
  const more = ['--sign-in', file, '--starts-per-minute', '0'];
  const dataDir = join(dir, 'data');
  const first = await startPerch({ dataDir, more });
  const { QueueSummaryList: [queue] } = await first.connect.send(new ListQueuesCommand({ InstanceId: first.info.InstanceId, QueueTypes: ['STANDARD'] }));
  flow = (await first.connect.send(new CreateContactFlowCommand({ InstanceId: first.info.InstanceId, Name: 'Asks who it is', Type: 'CONTACT_FLOW', Content: asking(queue.Id) }))).ContactFlowId;
  await first.stop();
  house = await startWithWidgets({ open: ['--unsigned', '--domain', shop.origin, '--flow', flow] }, { dataDir, more });
  perch = house.perch;
  back = await startRedirectPage(port, { PERCH_ENDPOINT: perch.endpoint, PERCH_REGION: perch.info.Region, PERCH_INSTANCE_ID: perch.info.InstanceId, PERCH_ACCESS_KEY_ID: perch.info.AccessKeyId, PERCH_SECRET_ACCESS_KEY: perch.info.SecretAccessKey });
  browser = await startBrowser();
  [agent] = await perch.agents();
});
after(async () => {
  await browser?.close();
  await back?.stop();
  await house?.stop();
  login?.stop();
  await shop?.stop();
  if (dir) await rm(dir, { recursive: true, force: true });
});

const parameters = (more = {}) => `amazon_connect('authenticationParameters', ${JSON.stringify({ redirectUri: back.address, ...more })});`;
/** What the documents have a page do with the state. */
const remembering = `document.cookie = 'chat-sign-in-' + encodeURIComponent(data.state) + '=1; Path=/signed-in; Max-Age=900; SameSite=Lax; Secure';`;

/** A visitor of a page whose snippet has these calls; the page keeps what it is told. */
async function come(calls = parameters(), options = {}) {
  const id = house.made.open.WidgetId;
  const address = shop.page(`/${++number}`, snippet(perch.endpoint, id, `amazon_connect('snippetId', '${id}'); window.told = []; window.contacts = [];
  amazon_connect('contactMetadataHandler', (metadata) => { contacts.push(metadata.chatContactId); });
  const note = (eventName, { data }) => { told.push({ eventName, data }); };
  amazon_connect('registerCallback', { AUTHENTICATION_SUCCESSFUL: note, AUTHENTICATION_FAILED: note, AUTHENTICATION_TIMEOUT: note, AUTHENTICATION_CANCELED: note, INCOMING_MESSAGE: note, OUTGOING_MESSAGE: note,
    AUTHENTICATION_INITIATED: (eventName, { chatDetails, data }) => { ${remembering} told.push({ eventName, data, chatDetails }); } });
  ${calls}`));
  const visitor = await visitShop(browser, address, options);
  await openWidget(visitor);
  return visitor;
}

const card = ({ frame }) => frame.getByRole('group', { name: 'Please sign in' });
const link = (visitor) => card(visitor).getByRole('link', { name: 'Sign in' });
const toldOf = ({ page }, name) => page.evaluate((wanted) => window.told.filter(({ eventName }) => eventName === wanted), name);

/** Follows the link into the window that it opens. */
async function follow(visitor) {
  const opening = visitor.page.context().waitForEvent('page');
  await link(visitor).click();
  return opening;
}

async function says({ frame }, text) {
  await frame.getByText(text, { exact: true }).waitFor();
}

async function write({ frame }, text) {
  await frame.locator('textarea').fill(text);
  await frame.locator('.send').click();
}

/** Ends it all, so that the agent is free for the next; a chat whose flow has ended it has ended already. */
async function tidy(visitor) {
  for (const contact of await visitor.page.evaluate(() => window.contacts ?? [])) await stop(perch, contact).catch(() => {});
  await agent.goHome();
  assert.deepEqual(visitor.record.errors, [], 'no script has failed');
  await visitor.close();
}

const pass = (time) => fetch(`${perch.endpoint}/try/clock`, { method: 'POST', body: JSON.stringify({ Advance: time }) });

test('who signs in is called by their name, and the chat goes on meanwhile', { skip: noBrowser, timeout: 120_000 }, async () => {
  const visitor = await come(parameters({ identityProvider: 'Shop & Co' }));
  const { page, frame } = visitor;
  await says(visitor, 'Who are you?');
  await link(visitor).waitFor();
  assert.deepEqual(await violations(await visitor.inside()), []);
  assert.deepEqual(await link(visitor).evaluate(({ target, rel }) => [target, rel]), ['_blank', 'noopener noreferrer']);
  await write(visitor, 'a moment, please');
  await frame.locator('.mine:not(.waiting)', { hasText: 'a moment, please' }).waitFor();

  await link(visitor).focus();
  const opening = page.context().waitForEvent('page');
  await page.keyboard.press('Enter');
  const popup = await opening;
  await signInAs(popup, 'grace');
  await popup.getByText('You can close this window').waitFor();
  assert.equal(await popup.evaluate(() => globalThis.opener), null);
  const [{ data, chatDetails }] = await toldOf(visitor, 'AUTHENTICATION_INITIATED');
  assert.equal(new URL(popup.url()).searchParams.get('state'), data.state, 'what comes back is what the page was told');
  assert.equal(chatDetails.contactId, await page.evaluate(() => window.contacts[0]));
  const asked = login.asked.find(({ pathname, searchParams }) => pathname === '/auth' && searchParams.get('state') === data.state);
  assert.equal(asked.searchParams.get('identity_provider'), 'Shop & Co');
  await popup.close();

  await says(visitor, 'You have signed in');
  await says(visitor, SAYS.yes);
  assert.equal(await card(visitor).count(), 0);
  assert.equal(await frame.locator('.list').evaluate((list) => list === document.activeElement), true, 'the keyboard is not lost with the card');
  assert.deepEqual(await violations(await visitor.inside()), []);
  assert.equal((await toldOf(visitor, 'AUTHENTICATION_SUCCESSFUL')).length, 1);
  assert.doesNotMatch(JSON.stringify(await toldOf(visitor, 'INCOMING_MESSAGE')), /authentication|moment/);

  await agent.status('Available');
  const person = await answer(perch, agent, chatDetails.contactId);
  await write(visitor, 'it is me');
  await person.sees(message({ Content: 'it is me', DisplayName: 'Grace' }), 'the agent is told who it is');
  const { Transcript } = await person.page({ MaxResults: 100 });
  assert.deepEqual(Transcript.filter(({ ContentType }) => ContentType.includes('authentication.initiated')), [], 'how she signs in is hers');
  await page.reload();
  await says(visitor, 'You have signed in');
  assert.equal(await card(visitor).count(), 0, 'what is answered is not asked again');
  assert.equal((await toldOf(visitor, 'AUTHENTICATION_INITIATED')).length, 0);
  await tidy(visitor);
});

test('who does not want to goes on without, by the keyboard as well', { skip: noBrowser, timeout: 60_000 }, async () => {
  const visitor = await come();
  await link(visitor).focus();
  await visitor.page.route('**/participant/cancel-authentication', (route) => route.abort(), { times: 1 });
  await visitor.page.keyboard.press('Tab');
  await visitor.page.keyboard.press('Enter');
  await card(visitor).getByRole('alert').getByText('That did not get through').waitFor();
  assert.deepEqual(await violations(await visitor.inside()), []);
  await visitor.page.keyboard.press('Enter');
  await says(visitor, 'You have gone on without signing in');
  await says(visitor, SAYS.no);
  assert.equal(await card(visitor).count(), 0);
  assert.equal((await toldOf(visitor, 'AUTHENTICATION_CANCELED')).length, 1);
  await tidy(visitor);
});

test('who turns back at the login has not signed in', { skip: noBrowser, timeout: 60_000 }, async () => {
  const visitor = await come();
  const popup = await follow(visitor);
  await popup.getByRole('link', { name: 'Cancel' }).click();
  await popup.getByText('You can close this window').waitFor();
  assert.equal(new URL(popup.url()).searchParams.get('error'), 'access_denied');
  await says(visitor, 'Sign-in was not completed');
  await says(visitor, SAYS.error);
  assert.equal((await toldOf(visitor, 'AUTHENTICATION_FAILED')).length, 1);
  await tidy(visitor);
});

test('the question is there after a reload and in a second tab, and is answered for both', { skip: noBrowser, timeout: 60_000 }, async () => {
  const visitor = await come();
  await link(visitor).waitFor();
  await visitor.page.reload();
  await link(visitor).waitFor();
  const second = await visitor.page.context().newPage();
  await second.goto(visitor.page.url());
  const tab = { page: second, frame: second.frameLocator(FRAME) };
  await openWidget(tab);
  const popup = await follow(tab);
  await signInAs(popup, 'grace');
  await popup.getByText('You can close this window').waitFor();
  for (const each of [visitor, tab]) {
    await says(each, 'You have signed in');
    assert.equal(await card(each).count(), 0);
  }
  await tidy(visitor);
});

test('who is lured to sign in to a stranger\'s chat is stopped at the redirect page', { skip: noBrowser, timeout: 60_000 }, async () => {
  const stranger = await come();
  const bait = await link(stranger).getAttribute('href');
  const customer = await browser.newContext();
  const popup = await customer.newPage();
  await popup.goto(bait);
  await signInAs(popup, 'grace');
  await popup.getByText('not a sign-in that you have begun').waitFor();
  await customer.close();
  await write(stranger, 'still nobody');
  await stranger.frame.locator('.mine:not(.waiting)', { hasText: 'still nobody' }).waitFor();
  assert.equal(await link(stranger).count(), 1, 'it is as open as before');
  await stop(perch, await stranger.page.evaluate(() => window.contacts[0]));
  await stranger.frame.getByRole('status').getByText('The chat has ended').waitFor();
  assert.equal(await link(stranger).count(), 0, 'with the chat its question is over');
  await tidy(stranger);
});

for (const [what, calls, address] of [
  ['a page without a redirectUri', '', null],
  ['a redirectUri that leads nowhere', "amazon_connect('authenticationParameters', { redirectUri: 'signed-in' });", null],
  ['an address that is a program', null, 'javascript:top.hit=1//?state=x'],
  ['an address of another machine without TLS', null, 'http://login.example/?state=x'],
]) {
  test(`nobody is sent anywhere by ${what}, and everybody can go on`, { skip: noBrowser, timeout: 60_000 }, async () => {
    const id = house.made.open.WidgetId;
    const at = shop.page(`/${++number}`, snippet(perch.endpoint, id, `amazon_connect('snippetId', '${id}'); window.contacts = []; amazon_connect('contactMetadataHandler', (metadata) => { contacts.push(metadata.chatContactId); }); ${calls ?? parameters()}`));
    const visitor = await visitShop(browser, 'about:blank');
    if (address) await visitor.page.route('**/participant/authentication-url', (route) => route.fulfill({ json: { AuthenticationUrl: address } }));
    await visitor.page.goto(at);
    await openWidget(visitor);
    const none = visitor.frame.getByRole('group', { name: 'You cannot sign in here' });
    await none.waitFor();
    assert.equal(await none.getByRole('link').count(), 0);
    assert.deepEqual(await violations(await visitor.inside()), []);
    await visitor.record.console.first(({ type, text }) => type === 'error' && text.includes('nobody can sign in'), 'the site is told why');
    await none.getByRole('button', { name: 'Go on' }).click();
    await says(visitor, SAYS.no);
    await tidy(visitor);
  });
}

test('ChatInterface offers to sign in, and tells the page the state and the end', { skip: noBrowser, timeout: 60_000 }, async () => {
  const address = shop.page(`/${++number}`, `<div id="root" style="height: 600px"></div><script src="${perch.endpoint}/amazon-connect-chat-interface.js"></script><script>
  window.told = []; window.contacts = [];
  connect.ChatEvents.onAuthenticationInitiated((data) => { ${remembering} told.push({ eventName: 'begun', data }); });
  connect.ChatEvents.onAuthenticationComplete((...all) => { told.push({ eventName: 'complete', data: all.filter((each) => each !== undefined) }); });
  connect.ChatInterface.init({ containerId: 'root' });
  connect.ChatInterface.initiateChat({ name: 'Ada', region: 'us-east-1', apiGatewayEndpoint: '${perch.info.StartEndpoint}', instanceId: '${perch.info.InstanceId}', contactFlowId: '${flow}',
    authenticationRedirectUri: '${back.address}', authenticationIdentityProvider: 'Shop' },
    (chatSession) => { contacts.push(chatSession.contactId); chatSession.onIncoming((data) => { told.push({ eventName: 'incoming', data }); }); }, (error) => { window.failed = error; });
</script>`);
  const visitor = await visitShop(browser, address);
  visitor.frame = visitor.page.frameLocator('.connect-customer-interface iframe');
  const popup = await follow(visitor);
  await signInAs(popup, 'grace');
  await popup.getByText('You can close this window').waitFor();
  await says(visitor, 'You have signed in');
  await eventually(async () => (await toldOf(visitor, 'complete')).length === 1, 'the page is told');
  const [{ data }] = await toldOf(visitor, 'begun');
  assert.equal(new URL(popup.url()).searchParams.get('state'), data.state);
  assert.deepEqual((await toldOf(visitor, 'complete'))[0].data, []);
  assert.doesNotMatch(JSON.stringify(await toldOf(visitor, 'incoming')), /authentication/);
  await tidy(visitor);
});

test('after the block\'s time nobody is asked any more', { skip: noBrowser, timeout: 60_000 }, async () => {
  const visitor = await come();
  await link(visitor).waitFor();
  await pass('4m');
  await says(visitor, 'The time to sign in has passed');
  await says(visitor, SAYS.late);
  assert.equal(await card(visitor).count(), 0);
  assert.equal((await toldOf(visitor, 'AUTHENTICATION_TIMEOUT')).length, 1);
  await tidy(visitor);
});
