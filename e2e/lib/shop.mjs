// A shop's web site on localhost, with a widget of a perch on 127.0.0.1: two sites to a browser, as they are in life.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Participant } from './participant.mjs';
import { binary, startPerch } from './perch.mjs';
import { Collected, DEADLINE_MS, eventually } from './wait.mjs';

export const FRAME = '#amazon-connect-widget-frame';
export const BUTTON = '#amazon-connect-open-widget-button';

/** A site whose pages are handed out as they are given, each with its headers. */
export async function startShop() {
  const pages = new Map();
  const server = createServer(({ url }, response) => {
    const address = new URL(url, 'http://shop.example');
    const page = pages.get(address.pathname);
    if (!page) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...page.headers });
    return response.end(typeof page.body === 'function' ? page.body(address) : page.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://localhost:${server.address().port}`;
  return {
    origin,
    /** Puts something on the site, a text or a function of the address that is asked for, and gives back where it is. */
    put(path, body, headers = {}) {
      pages.set(path, { body, headers });
      return `${origin}${path}`;
    },
    /** Puts a page on the site. */
    page(path, inside, headers = {}) {
      return this.put(path, `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Shop</title><link rel="icon" href="data:,"><body>${inside}</body></html>`, headers);
    },
    stop() {
      server.closeAllConnections();
      return new Promise((resolve) => { server.close(resolve); });
    },
  };
}

/** The snippet as it is documented, with `calls` after its loader; `open` and `close` are what is around a script. */
export function snippet(endpoint, widget, calls, open = '<script type="text/javascript">') {
  return `${open}
  (function(w, d, x, id){
    s=d.createElement('script');
    s.src='${endpoint}/amazon-connect-chat-interface-client.js';
    s.async=1;
    s.id=id;
    d.getElementsByTagName('head')[0].appendChild(s);
    w[x] =  w[x] || function() { (w[x].ac = w[x].ac || []).push(arguments) };
  })(window, document, 'amazon_connect', '${widget}');
  ${calls}
</script>`;
}

/** A perch whose data has the widgets: `widgets` are the arguments of perch widget create for each, by name. */
export async function startWithWidgets(widgets, { dataDir, more } = {}) {
  const dir = dataDir ?? await mkdtemp(join(tmpdir(), 'perch-shop-'));
  await (await startPerch({ dataDir: dir })).stop();
  const command = (...args) => execFileSync(binary, ['widget', ...args, '--data', dir], { encoding: 'utf8' });
  const made = Object.fromEntries(Object.entries(widgets).map(([name, args]) => [name, JSON.parse(command('create', name, '--instance', 'perch', '--json', ...args))]));
  const house = {
    /** The one that runs: a test that starts another puts it here. */
    perch: await startPerch({ dataDir: dir, more }),
    made, command,
    async stop() { await house.perch.stop(); await rm(dir, { recursive: true, force: true }); },
  };
  return house;
}

/** A token as a site signs it. */
export function sign(key, claims, header = { typ: 'JWT', alg: 'HS256' }) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const signed = `${part(header)}.${part({ iat: now, exp: now + 300, ...claims })}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

/** A visitor of a page, with a record of what all of its frames ask for, say on the console and fail with. */
export async function visitShop(browser, address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 800 }, ...options });
  context.setDefaultTimeout(DEADLINE_MS);
  const page = await context.newPage();
  const record = { requests: new Collected(), console: new Collected(), errors: [] };
  const note = (url) => record.requests.push(new URL(url));
  context.on('request', (request) => note(request.url()));
  page.on('websocket', (socket) => note(socket.url()));
  page.on('console', (line) => record.console.push({ type: line.type(), text: line.text() }));
  page.on('pageerror', (error) => record.errors.push(error));
  const visitor = {
    page, record, frame: page.frameLocator(FRAME),
    /** The frame's own window. */
    inside: () => eventually(() => page.frames().find((each) => each.url().includes('/frame')), 'there is a frame'),
    /** Hosts other than these that something was asked of. */
    strangers: (...known) => [...new Set(record.requests.all.filter(({ protocol }) => !/^(data|blob|about):$/.test(protocol)).map(({ host }) => host))].filter((host) => !known.includes(host)),
    close: () => context.close(),
  };
  await page.goto(address);
  return visitor;
}

/** Opens the widget by its button and waits until one can write and is connected: who is not within five minutes of the clock has no chat any more. */
export async function openWidget({ page, frame }) {
  await page.locator(BUTTON).click();
  await frame.locator('textarea').waitFor();
  await frame.locator('.head .dot.on').waitFor({ state: 'attached' });
}

/** The agent takes what is offered. */
export async function answer(perch, agent, contact) {
  const row = await eventually(async () => (await agent.contacts()).find((each) => each.State === 'INCOMING' && (!contact || each.ContactId === contact)), 'the chat is offered');
  return Participant.join(perch, await agent.accept(row.ContactId), { agent: true });
}

/** What a frame's element looks like. */
export function styleOf(locator, ...names) {
  return locator.evaluate((element, all) => Object.fromEntries(all.map((name) => [name, getComputedStyle(element).getPropertyValue(name)])), names);
}

export function assertStyle(got, want) {
  for (const [name, value] of Object.entries(want)) assert.equal(got[name], value, name);
}
