// The documented way of a chat that continues the last one, by the snippet as it is printed; what perch widget prints; and keys that are changed.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { noBrowser, startBrowser } from './lib/browser.mjs';
import { describe, stop } from './lib/chat.mjs';
import { startPerch } from './lib/perch.mjs';
import { BUTTON, FRAME, openWidget, sign, startShop, startWithWidgets, visitShop } from './lib/shop.mjs';
import { eventually } from './lib/wait.mjs';

let shop;
let dir;
let house;
let browser;

before(async () => {
  shop = await startShop();
  dir = await mkdtemp(join(tmpdir(), 'perch-document-'));
  house = await startWithWidgets({ shop: ['--domain', shop.origin], open: ['--unsigned', '--domain', shop.origin] }, { dataDir: dir, more: ['--starts-per-minute', '0'] });
  if (!noBrowser) browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await house?.stop();
  await shop?.stop();
});

/** Runs a command on the data while the server is down. */
async function whileDown(work) {
  await house.perch.stop();
  try {
    return await work();
  } finally {
    house.perch = await startPerch({ dataDir: dir, more: ['--starts-per-minute', '0'] });
  }
}

/** The status of a start with a token. */
async function start(token, more = {}) {
  const response = await fetch(`${house.perch.endpoint}/widget/${house.made.shop.WidgetId}/start`, { method: 'POST', body: JSON.stringify({ Page: shop.origin, Token: token, Choice: 'new', ...more }) });
  return { status: response.status, answer: await response.json() };
}

test('the contact\'s id is stored by the page, signed by its server, and the next chat has the history', { skip: noBrowser, timeout: 120_000 }, async () => {
  const { WidgetId, SecurityKey } = house.made.shop;
  const file = join(dir, 'sign.mjs');
  await whileDown(() => writeFile(file, house.command('snippet', WidgetId, '--as', 'node')));
  process.env.WIDGET_KEY = SecurityKey;
  const { chatToken } = await import(pathToFileURL(file));
  shop.put('/chat-token', ({ searchParams }) => chatToken(SecurityKey, { attributes: { sourceContactId: searchParams.get('last') ?? '' } }), { 'content-type': 'text/plain' });
  const address = shop.page('/', `<button id="launch-widget-btn">Launch a Chat</button>
<script>
  var buttonElem = document.getElementById("launch-widget-btn");

  buttonElem.addEventListener("click", function () {
    (function (w, d, x, id) {
      s = d.createElement("script");
      s.src =
        "${house.perch.endpoint}/amazon-connect-chat-interface-client.js";
      s.async = 1;
      s.id = id;
      d.getElementsByTagName("head")[0].appendChild(s);
      w[x] =
        w[x] ||
        function () {
          (w[x].ac = w[x].ac || []).push(arguments);
        };
    })(window, document, "amazon_connect", "${WidgetId}");
    amazon_connect("styles", {
      openChat: { color: "#000", backgroundColor: "#3498fe" },
      closeChat: { color: "#fff", backgroundColor: "#123456" },
    });
    amazon_connect("snippetId", "${WidgetId}");
    amazon_connect("customLaunchBehavior", {
      skipIconButtonAndAutoLaunch: true,
    });
    amazon_connect("authenticate", function (callback) {
      fetch("/chat-token?last=" + (localStorage.last || "")).then((response) => response.text()).then(callback);
    });
    amazon_connect('contactMetadataHandler', (metadata) => {
       localStorage.last = metadata.chatContactId;
    });
  });
</script>`);
  const visitor = await visitShop(browser, address);
  const { page, frame } = visitor;
  const last = () => page.evaluate(() => localStorage.last);
  const write = async (text) => {
    await frame.locator('textarea').fill(text);
    await frame.locator('.send').click();
    await frame.locator('.mine:not(.waiting)', { hasText: text }).waitFor();
  };

  await page.click('#launch-widget-btn');
  await frame.locator('textarea').waitFor();
  const first = await eventually(last, 'the page stores the id');
  await write('my kettle leaks');
  await stop(house.perch, first);
  await frame.locator('header').getByText('The chat has ended').waitFor();

  // Another day: a new visit, of which the browser knows what the page has stored and nothing else.
  const state = await page.context().storageState();
  await visitor.close();
  const again = await visitShop(browser, address, { storageState: { origins: state.origins, cookies: [] } });
  await again.page.click('#launch-widget-btn');
  await again.frame.locator('textarea').waitFor();
  await again.frame.getByText('my kettle leaks').waitFor();
  const second = await eventually(async () => {
    const id = await again.page.evaluate(() => localStorage.last);
    return id !== first && id;
  }, 'the new chat\'s id is stored');
  assert.equal((await describe(house.perch, second)).RelatedContactId, first, 'the flow has made the association');

  // A second click has the snippet again: the chat that there is goes on.
  await again.page.click('#launch-widget-btn');
  await again.frame.getByText('my kettle leaks').waitFor();
  assert.equal(await again.page.evaluate(() => localStorage.last), second);
  assert.equal(await again.page.locator(FRAME).count(), 1);
  assert.deepEqual(again.record.errors, []);
  await stop(house.perch, second);
  await again.close();
});

test('what perch widget snippet prints runs as it is, in a page and on three kinds of servers', { timeout: 240_000 }, async (t) => {
  const { WidgetId, SecurityKey } = house.made.shop;
  const env = { ...process.env, WIDGET_KEY: SecurityKey };
  const [printed, table, rows] = await whileDown(() => [
    Object.fromEntries(['node', 'python', 'go', 'page'].map((as) => [as, house.command('snippet', WidgetId, '--as', as, '--url', house.perch.endpoint)])),
    house.command('list', '--instance', 'perch'), JSON.parse(house.command('list', '--instance', 'perch', '--json')),
  ]);
  await mkdir(join(dir, 'go'), { recursive: true });
  const runs = { node: ['sign.mjs', 'node', []], python: ['sign.py', 'python3', []], go: [join('go', 'sign.go'), 'go', ['run']] };
  for (const [language, [name, program, args]] of Object.entries(runs)) {
    await t.test(language, async () => {
      await writeFile(join(dir, name), printed[language]);
      const token = execFileSync(program, [...args, join(dir, name)], { encoding: 'utf8', env }).trim();
      const { status, answer } = await start(token);
      assert.equal(status, 200, JSON.stringify(answer));
      await stop(house.perch, answer.data.startChatResult.ContactId);
    });
  }
  await t.test('and perch widget list shows each widget, without its keys', () => {
    const [head, ...lines] = table.trimEnd().split('\n').map((line) => line.split(/ {2,}/));
    assert.deepEqual(head, ['WIDGET', 'NAME', 'SIGNED', 'DOMAINS']);
    assert.deepEqual(lines.find(([, name]) => name === 'shop'), [WidgetId, 'shop', 'true', shop.origin]);
    assert.deepEqual(rows.find(({ Name }) => Name === 'open'), { WidgetId: house.made.open.WidgetId, Name: 'open', Domains: [shop.origin], Signed: false });
    assert.equal(lines.length, rows.length);
    assert.ok(!`${table}${JSON.stringify(rows)}`.includes(SecurityKey));
  });
  await t.test('page', { skip: noBrowser }, async () => {
    shop.put('/chat-token', sign(SecurityKey, { sub: WidgetId }), { 'content-type': 'text/plain' });
    const src = /src='(.*?)\/amazon-connect/.exec(printed.page)[1];
    const visitor = await visitShop(browser, shop.page('/printed', printed.page.replace(src, house.perch.endpoint)));
    await openWidget(visitor);
    await visitor.frame.getByRole('toolbar').waitFor();
    await visitor.close();
  });
});

test('two keys are valid at once, and the third takes the place of the first', { timeout: 120_000 }, async () => {
  const { WidgetId, SecurityKey: first } = house.made.shop;
  const token = (key) => sign(key, { sub: WidgetId });
  const rotate = () => whileDown(() => JSON.parse(house.command('rotate-key', WidgetId, '--json')).SecurityKey);
  const second = await rotate();
  for (const key of [first, second]) assert.equal((await start(token(key))).status, 200);
  const third = await rotate();
  assert.deepEqual([(await start(token(first))).status, (await start(token(second))).status, (await start(token(third))).status], [401, 200, 200]);
  assert.equal(new Set([first, second, third]).size, 3);
  for (const key of [first, second, third]) assert.equal(key.length, 44);
});

test('what is wrong with a token is said', async () => {
  const { WidgetId } = house.made.shop;
  const key = await whileDown(() => JSON.parse(house.command('rotate-key', WidgetId, '--json')).SecurityKey);
  const now = Math.floor(Date.now() / 1000);
  for (const [what, token, status, more] of [
    ['good', sign(key, { sub: WidgetId }), 200],
    ['expired', sign(key, { sub: WidgetId, iat: now - 700, exp: now - 100 }), 401],
    ['for eleven minutes', sign(key, { sub: WidgetId, exp: now + 660 }), 401],
    ['of another widget', sign(key, { sub: house.made.open.WidgetId }), 401],
    ['signed with the key decoded', sign(Buffer.from(key, 'base64url'), { sub: WidgetId }), 401],
    ['not signed', sign(key, { sub: WidgetId }, { alg: 'none' }), 401],
    ['too long', sign(key, { sub: WidgetId, attributes: { a: 'x'.repeat(3_000) } }), 401],
    ['with a number', sign(key, { sub: WidgetId, attributes: { a: 1 } }), 400],
    ['on a stranger\'s page', sign(key, { sub: WidgetId }), 400, { Page: 'https://evil.example' }],
  ]) assert.equal((await start(token, more)).status, status, what);
});

test('the demo page under the other name of this machine has its frame on another site', { skip: noBrowser, timeout: 60_000 }, async () => {
  const { port } = new URL(house.perch.endpoint);
  const visitor = await visitShop(browser, `http://localhost:${port}/demo`);
  await visitor.page.locator(BUTTON).waitFor();
  await openWidget(visitor);
  assert.equal(new URL((await visitor.inside()).url()).origin, house.perch.endpoint);
  assert.equal(new URL(visitor.page.url()).hostname, 'localhost');
  await visitor.close();
});
