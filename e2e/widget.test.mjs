// The chat widget on its demo page, in a browser: a chat, a page that is reloaded, a message that is no script, and how small it is.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { noBrowser, startBrowser, visit } from './lib/browser.mjs';
import { describe } from './lib/chat.mjs';
import { Participant } from './lib/participant.mjs';
import { message } from './lib/items.mjs';
import { binary, startPerch } from './lib/perch.mjs';
import { eventually } from './lib/wait.mjs';

const FRAME = '#amazon-connect-widget-frame';
const HOSTILE = '<img src=x onerror="window.hit=1"><script>window.hit=1</script> [x](javascript:window.hit=1) **bold**';
let perch;
let browser;
let agent;

before(async () => {
  if (noBrowser) return;
  perch = await startPerch();
  browser = await startBrowser();
  [agent] = await perch.agents({ status: 'Available' });
});
after(async () => {
  await browser?.close();
  await perch?.stop();
});

test('the widget on the demo page', { skip: noBrowser, timeout: 120_000 }, async (t) => {
  const { page, record } = await visit(browser, `${perch.endpoint}/demo`);
  const frame = page.frameLocator(FRAME);
  let person;

  await t.test('nothing but the loader is fetched before it is opened', async () => {
    await page.locator('#amazon-connect-open-widget-button').waitFor();
    assert.deepEqual(record.requests.all.map(({ url }) => new URL(url)).filter(({ protocol }) => protocol === 'http:').map(({ pathname }) => pathname),
      ['/demo', '/amazon-connect-chat-interface-client.js']);
  });

  await t.test('messages go both ways', async () => {
    await page.click('#ask');
    await frame.locator('textarea').fill('Where is my kettle?');
    await frame.locator('.send').click();
    const row = await eventually(async () => (await agent.contacts()).find((each) => each.State === 'INCOMING'), 'the chat is offered');
    person = await Participant.join(perch, await agent.accept(row.ContactId), { agent: true });
    assert.equal((await describe(perch, row.ContactId)).Channel, 'CHAT');
    await person.say(HOSTILE, { ContentType: 'text/markdown' });
    await frame.locator('strong', { hasText: 'bold' }).waitFor();
    await frame.locator('textarea').fill('Thank you');
    await frame.locator('textarea').press('Enter');
    await person.sees(message({ Content: 'Thank you' }), 'the agent sees it');
  });

  await t.test('a message is no script', async () => {
    const inside = page.frames().find((each) => each.url().includes('/frame'));
    for (const each of [page, inside]) assert.equal(await each.evaluate(() => window.hit), undefined);
    assert.equal(await inside.locator('.bubble img, .bubble a, .bubble script').count(), 0);
  });

  await t.test('a page that is reloaded goes on, and keeps what was not sent', async () => {
    await frame.locator('textarea').fill('half a sentence');
    await page.reload();
    await frame.getByText('Where is my kettle?').waitFor();
    assert.equal(await frame.getByText('Where is my kettle?').count(), 1);
    assert.equal(await frame.locator('textarea').inputValue(), 'half a sentence');
  });

  await t.test('what was said while the network was gone is there, once, in order', async () => {
    const inside = page.context();
    await inside.setOffline(true);
    await frame.locator('textarea').fill('sent without a network');
    await frame.locator('.send').click();
    await person.say('said meanwhile');
    await inside.setOffline(false);
    await frame.getByText('said meanwhile').waitFor();
    await person.sees(message({ Content: 'sent without a network' }), 'it arrives');
    await eventually(async () => await frame.locator('.waiting').count() === 0, 'nothing waits');
    assert.equal(await frame.getByText('sent without a network').count(), 1);
  });

  await t.test('nobody but perch was asked', async () => {
    assert.deepEqual([...record.hosts], ['127.0.0.1']);
  });

  await t.test('it is small', async () => {
    const size = async (path) => {
      const [response] = await once(get(new URL(path, perch.endpoint), { headers: { 'accept-encoding': 'gzip' } }), 'response');
      assert.equal(response.headers['content-encoding'], 'gzip');
      let bytes = 0;
      for await (const chunk of response) bytes += chunk.length;
      return bytes;
    };
    assert.ok(await size('/amazon-connect-chat-interface-client.js') <= 10_240);
    assert.ok(await size('/pages/widget.js') + await size('/pages/widget.css') <= 61_440);
  });
});

test('the documented snippet and the printed signatures, on a page of another origin', { skip: noBrowser, timeout: 120_000 }, async (t) => {
  let html = '';
  const site = createServer((_, response) => response.setHeader('content-type', 'text/html').end(html)).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const origin = `http://127.0.0.1:${site.address().port}`;
  const dataDir = await mkdtemp(join(tmpdir(), 'perch-widget-'));
  t.after(async () => { site.closeAllConnections(); site.close(); await rm(dataDir, { recursive: true, force: true }); });
  const first = await startPerch({ dataDir });
  await first.stop();
  const command = (...args) => execFileSync(binary, ['widget', ...args, '--data', dataDir], { encoding: 'utf8' });
  const made = JSON.parse(command('create', 'shop', '--instance', 'perch', '--domain', origin, '--json'));
  const script = join(dataDir, 'sign.mjs');
  await writeFile(script, command('snippet', made.WidgetId, '--as', 'node'));
  await writeFile(join(dataDir, 'sign.py'), command('snippet', made.WidgetId, '--as', 'python'));
  await mkdir(join(dataDir, 'go'));
  await writeFile(join(dataDir, 'go', 'sign.go'), command('snippet', made.WidgetId, '--as', 'go'));
  const env = { ...process.env, WIDGET_KEY: made.SecurityKey };
  const token = execFileSync('node', [script], { encoding: 'utf8', env }).trim();
  const server = await startPerch({ dataDir });
  t.after(() => server.stop());
  html = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><button id="launch">Chat</button>${page(server.endpoint, made.WidgetId, token)}`;
  for (const signed of [token, execFileSync('python3', [join(dataDir, 'sign.py')], { encoding: 'utf8', env }).trim(),
    execFileSync('go', ['run', join(dataDir, 'go', 'sign.go')], { encoding: 'utf8', env }).trim()]) {
    const response = await fetch(`${server.endpoint}/widget/${made.WidgetId}/start`, { method: 'POST', body: JSON.stringify({ Page: origin, Token: signed, Choice: 'new' }) });
    assert.equal(response.status, 200, await response.text());
  }
  const visitor = await visit(browser, origin);
  await visitor.page.locator('#amazon-connect-open-widget-button').click();
  await visitor.page.frameLocator(FRAME).locator('textarea').waitFor();
  assert.match(await visitor.page.evaluate(() => window.told), /^[0-9a-f-]{36}$/);
  assert.doesNotMatch(await visitor.page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }])), /ParticipantToken/);
  await visitor.close();
});

/** A page as the documents have it, with the site's own answers in it. */
function page(endpoint, widget, token) {
  return `<script>
  (function(w, d, x, id){
    s=d.createElement('script');
    s.src='${endpoint}/amazon-connect-chat-interface-client.js';
    s.async=1;
    s.id=id;
    d.getElementsByTagName('head')[0].appendChild(s);
    w[x] =  w[x] || function() { (w[x].ac = w[x].ac || []).push(arguments) };
  })(window, document, 'amazon_connect', '${widget}');
  amazon_connect('snippetId', '${widget}');
  amazon_connect('authenticate', function(callback) { callback('${token}'); });
  amazon_connect('contactMetadataHandler', (metadata) => { window.told = metadata.chatContactId; });
</script>`;
}
