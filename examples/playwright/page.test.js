// One's own page in a browser: a person writes, an agent answers, a day goes by.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { after, before, beforeEach, test } from 'node:test';
import { chromium } from 'playwright-core';
import { startPerch } from 'perch-testing';

let perch;
let browser;
let site;

before(async () => {
  perch = await startPerch({ clock: '2026-01-01T09:00:00Z' });
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'] });
  const files = {
    '/': ['text/html', () => readFile(new URL('index.html', import.meta.url))],
    '/chatjs.js': ['text/javascript', () => readFile(createRequire(import.meta.url).resolve('amazon-connect-chatjs'))],
    '/settings.json': ['application/json', () => JSON.stringify({
      startEndpoint: `${perch.endpoint}/Prod/`, endpoint: perch.endpoint, region: perch.region,
      instanceId: perch.instanceId, contactFlowId: perch.contactFlowId,
    })],
  };
  site = createServer(async ({ url }, response) => {
    const [type, content] = files[url] ?? [];
    if (!type) return response.writeHead(404).end();
    return response.setHeader('content-type', type).end(await content());
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
});

after(async () => {
  await browser?.close();
  site?.close();
  await perch?.stop();
});

beforeEach(() => perch.reset());

async function visit() {
  const page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${site.address().port}/`);
  await page.waitForSelector('body[data-connected=yes]');
  await perch.settle();
  return page;
}

const line = (page, text) => page.locator('#log li', { hasText: text }).first().waitFor();

test('a customer and an agent talk', async () => {
  const ana = await perch.agent('agent1');
  const page = await visit();
  const chat = await ana.take();
  await page.fill('#text', 'where is my order?');
  await page.click('button');
  await line(page, 'CUSTOMER: where is my order?');
  await chat.say('on its way');
  await line(page, 'AGENT: on its way');
  await page.close();
});

test('the page says that the chat is over after a day', async () => {
  const page = await visit();
  await perch.advance('25h');
  await line(page, 'The chat is over.');
  await page.close();
});

test('the page comes back after its connection has been cut', async () => {
  const ana = await perch.agent('agent1');
  const page = await visit();
  const chat = await ana.take();
  const again = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived')); // it is answered: it is subscribed
  assert.equal((await perch.fault({ Kind: 'CutSockets' })).Kind, 'CutSockets');
  await again;
  await chat.say('are you still there?');
  await line(page, 'AGENT: are you still there?');
  await page.close();
});
