// A hard day at the desk: ten busy chats with long pasts, hostile words, a night's sleep, and a server that dies while people write.

import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { UpdateRoutingProfileConcurrencyCommand } from '@aws-sdk/client-connect';
import { noBrowser, startBrowser } from './lib/browser.mjs';
import { continuing, open } from './lib/chat.mjs';
import { atDesk } from './lib/desk.mjs';
import { MARKDOWN, WORDS } from './lib/hostile.mjs';
import { CONTENT } from './lib/items.mjs';
import { Participant } from './lib/participant.mjs';
import { importInto } from './lib/past.mjs';
import { startPerch } from './lib/perch.mjs';
import { freePort } from './lib/proxy.mjs';
import { TRACED, costs } from './lib/trace.mjs';
import { wholly } from './lib/visitors.mjs';
import { eventually } from './lib/wait.mjs';

const CHATS = 10;
const HISTORY = Number(process.env.PERCH_E2E_HISTORY ?? 100_000); // items of past chats, of all customers together
const SECONDS = 8;
const RATE = 5; // messages a second in each chat
const LONG = 50; // milliseconds from which on a task is called long

let dir;
let listen;
let perch;
let browser;
let ana;
let ben;

before(async () => {
  if (noBrowser) return;
  dir = await mkdtemp(join(tmpdir(), 'perch-desk-'));
  listen = `127.0.0.1:${await freePort()}`;
  perch = await startPerch({ dataDir: join(dir, 'data'), listen });
  browser = await startBrowser();
  const [first, second] = perch.info.Agents;
  ana = await atDesk(browser, perch, first);
  ben = await atDesk(browser, perch, second);
});
after(async () => {
  await browser?.close();
  await perch?.stop();
  if (dir) await rm(dir, { recursive: true, force: true });
});

const id = (kind, n) => `${String(n).padStart(8, '0')}-0000-4000-8000-00000000000${kind}`;

/** Past chats as Amazon Connect has left them, one for each customer, of so many items in all. */
async function writePast(to) {
  await mkdir(to, { recursive: true });
  for (let chat = 1; chat <= CHATS; chat += 1) {
    const from = Date.parse('2025-03-04T05:06:07.250Z') + chat * 86_400_000;
    const Transcript = Array.from({ length: HISTORY / CHATS }, (_, n) => ({
      AbsoluteTime: new Date(from + n * 1_000).toISOString(), Id: id('d', chat * 1_000_000 + n), Type: 'MESSAGE', ContentType: n % 7 ? 'text/plain' : 'text/markdown',
      Content: n % 7 ? `${n} of a past that went on for long, with a line or two as people write them` : `- **${n}**\n- see https://shop.example/${n}`,
      ...(n % 2 ? { ParticipantId: id('b', chat), DisplayName: 'Bob', ParticipantRole: 'AGENT' } : { ParticipantId: id('a', chat), DisplayName: `Customer ${chat}`, ParticipantRole: 'CUSTOMER' }),
    }));
    await writeFile(join(to, `${id('c', chat)}_20250304T05:06_UTC.json`), JSON.stringify({ Version: '2019-08-26', AWSAccountId: '111122223333',
      InstanceId: id('e', 1), InitialContactId: id('c', chat), ContactId: id('c', chat), Participants: [], Transcript }));
  }
}

/** Starts chats that go on from the pasts, and has the agent take each. */
async function take(desk) {
  const { RoutingProfileId } = (await (await fetch(new URL('/agent/login', perch.endpoint), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(perch.info.Agents[0]) })).json()).User;
  await perch.connect.send(new UpdateRoutingProfileConcurrencyCommand({ InstanceId: perch.info.InstanceId, RoutingProfileId, MediaConcurrencies: [{ Channel: 'CHAT', Concurrency: CHATS }] }));
  await desk.status('Available');
  const customers = [];
  for (let chat = 1; chat <= CHATS; chat += 1) {
    const { customer } = await open(perch, { ...continuing(id('c', chat), 'ENTIRE_PAST_SESSION'), ParticipantDetails: { DisplayName: `Customer ${chat}` } });
    customers.push(customer);
    await desk.page.locator('.offer').first().waitFor();
    await desk.page.keyboard.press('Alt+a');
    await eventually(async () => await desk.page.locator('.entry.connected').count() === chat, `${chat} chats are taken`);
  }
  return customers;
}

/** All talk at once, while the agent reads back, goes from chat to chat, and writes; what the page's tasks have taken, the longest first. */
async function busyWith(customers) {
  const { page } = ana;
  await browser.startTracing(page, { categories: TRACED });
  const talk = customers.map(async (customer, n) => {
    for (let k = 0; k < SECONDS * RATE; k += 1) {
      const next = new Promise((resolve) => { setTimeout(resolve, 1_000 / RATE); });
      await customer.say(`${n} says ${k}`);
      if (k % RATE === 0) await customer.signal(CONTENT.typing);
      await next;
    }
  });
  const work = (async () => {
    for (let n = 0; n < 3; n += 1) {
      await ana.timeline.evaluate(async (element) => {
        for (let k = 0; k < 60; k += 1) { element.scrollTop -= 700; await new Promise((resolve) => { requestAnimationFrame(resolve); }); }
      });
      for (let chat = 1; chat <= 9; chat += 1) {
        await page.keyboard.press(`Alt+${chat}`);
        await ana.composer.pressSequentially('On it ', { delay: 15 });
        if (n === 1) await page.keyboard.press('Enter');
      }
      await page.keyboard.press('Alt+1');
    }
  })();
  await Promise.all([...talk, work]);
  return costs(JSON.parse(await browser.stopTracing()));
}

test(`ten chats at ${RATE} messages a second with ${HISTORY} items of history: no long task`, { skip: noBrowser, timeout: 600_000 }, async (t) => {
  await writePast(join(dir, 'past'));
  const report = await importInto(perch.info.DataDir, join(dir, 'past'));
  assert.deepEqual([report.Imported, report.Refused], [CHATS, []]);
  const { page } = ana;
  const customers = await take(ana);
  await page.keyboard.press('Alt+1');
  const list = ana.timeline;
  await list.locator('.row').first().waitFor();
  // A task is charged with some of what the machine does beside it; a page that is slow is slow another time, too.
  let busy = await busyWith(customers);
  if (busy[0] > LONG) busy = await busyWith(customers);
  assert.equal(ana.sockets, 1, 'one socket for all chats');
  t.diagnostic(`processor's time of the longest tasks: ${busy.slice(0, 8).map((each) => each.toFixed(1)).join(', ')} ms, of ${busy.length}`);
  assert.ok(busy.length > 1_000 && busy[0] <= LONG, `no long task: ${busy.slice(0, 8).join(', ')} ms`);

  await page.keyboard.press('Alt+3');
  await ana.sees(`2 says ${SECONDS * RATE - 1}`);
  await list.evaluate(async (element) => { // into the past, page by page
    for (let k = 0; k < 40 || element.getAttribute('aria-busy') === 'true'; k += 1) { element.scrollTop -= 900; await new Promise((resolve) => { requestAnimationFrame(resolve); }); }
  });
  await list.locator('.row.past').first().waitFor();
  assert.deepEqual(ana.errors, []);
  await ana.status('Offline');
});

test('hostile words are words at the desk, too', { skip: noBrowser, timeout: 180_000 }, async () => {
  const asked = [];
  ben.page.on('request', (request) => asked.push(request.url()));
  const { customer } = await open(perch, {
    ParticipantDetails: { DisplayName: WORDS[1] }, Attributes: { asked: WORDS[0], tier: WORDS[3] },
    SupportedMessagingContentTypes: [CONTENT.text, 'text/markdown', 'application/vnd.amazonaws.connect.message.interactive.response'],
  });
  await ben.status('Available');
  await ben.accept();
  for (const text of WORDS) await customer.say(text);
  for (const text of MARKDOWN) await customer.say(text, { ContentType: 'text/markdown' });
  for (const text of WORDS) {
    const data = { FormData: { [text]: text } };
    await customer.say(JSON.stringify({ templateType: 'ViewResource', version: '1.0', action: text, data }), { ContentType: 'application/vnd.amazonaws.connect.message.interactive.response' });
  }
  await customer.say('the last of them');
  await ben.sees('the last of them');
  await wholly(ben.page.locator('.talk')); // all of it has been in the document
  await ben.page.locator('.note textarea').fill(WORDS[0]);
  await ben.page.locator('.note .plain').click();
  await ben.page.locator('.notes li', { hasText: '<script>' }).waitFor();
  for (const link of await ben.page.locator('.talk a').all()) {
    assert.match(await link.getAttribute('href'), /^https?:/);
    assert.match(await link.getAttribute('rel'), /noopener/);
  }
  assert.equal(await ben.page.evaluate(() => window.hit), undefined);
  assert.deepEqual(asked.filter((url) => !url.startsWith(perch.endpoint) && !url.startsWith('ws:')), []);
  await ben.end();
  await ben.page.evaluate(() => { location.hash = '#/history'; });
  await ben.page.locator('.listed li').first().waitFor();
  await ben.page.locator('.listed li button').first().click();
  await ben.page.locator('.reading .bubble').first().waitFor();
  assert.equal(await ben.page.evaluate(() => window.hit), undefined);
  await ben.page.evaluate(() => { location.hash = '#/chats'; });
  await ben.clear();
  await ben.status('Offline');
});

test('a laptop that has slept goes on where it was', { skip: noBrowser, timeout: 120_000 }, async () => {
  const { customer } = await open(perch, { ParticipantDetails: { DisplayName: 'Nils' } });
  await ben.status('Available');
  await ben.accept();
  await ben.composer.fill('what I was about to say');
  const protocol = await ben.context.newCDPSession(ben.page);
  await protocol.send('Page.setWebLifecycleState', { state: 'frozen' });
  for (let n = 0; n < 120; n += 1) await customer.say(`said in the night ${n}`);
  await protocol.send('Page.setWebLifecycleState', { state: 'active' });
  await ben.sees('said in the night 119');
  const texts = (await wholly(ben.page.locator('.talk'))).filter((text) => /in the night/.test(text));
  assert.deepEqual(texts, Array.from({ length: 120 }, (_, n) => `said in the night ${n}`));
  assert.equal(await ben.composer.inputValue(), 'what I was about to say');
  await ben.end();
  await ben.clear();
  await ben.status('Offline');
});

test('the server is killed while two people work, and nobody has to do anything about it', { skip: noBrowser, timeout: 180_000 }, async () => {
  const { customer } = await open(perch, { ParticipantDetails: { DisplayName: 'Dora' } });
  await ben.status('Available');
  await ben.accept();
  await customer.say('before it');
  await ben.sees('before it');
  const rest = await ana.busy(); // the chat that was chosen is the one that is written in, before the next frame, too
  await ana.page.keyboard.press('Alt+2');
  await ana.composer.fill('half a sentence');
  await rest();
  await ana.timeline.evaluate((element) => { element.scrollTop = element.scrollHeight / 3; });
  await ana.page.evaluate(() => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(resolve)); }));
  const seen = () => ana.timeline.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return [...element.querySelectorAll('[data-id]')].find((row) => row.getBoundingClientRect().bottom > top && row.getBoundingClientRect().top < bottom)?.textContent;
  });
  const read = await seen();
  const writing = (async () => { for (let n = 0; n < 12; n += 1) { await ben.composer.fill(`reply ${n}`); await ben.page.keyboard.press('Enter'); } })();
  await perch.kill();
  await writing;
  for (const one of [ana, ben]) await one.page.locator('.banner').first().waitFor();
  perch.become(await startPerch({ dataDir: join(dir, 'data'), listen }));
  for (const one of [ana, ben]) await eventually(async () => await one.page.locator('.banner').count() === 0, 'the desk is back', 30_000);
  await eventually(async () => await ben.page.locator('.unsent').count() === 0, 'what was written is sent');
  const back = await Participant.join(perch, { ContactId: customer.contactId, ParticipantId: customer.id, ParticipantToken: customer.token });
  await back.say('after it');
  await ben.sees('after it');
  const texts = (await wholly(ben.page.locator('.talk'))).filter((text) => /before it|^reply|after it/.test(text));
  assert.deepEqual(texts, ['before it', ...Array.from({ length: 12 }, (_, n) => `reply ${n}`), 'after it']);
  assert.equal(await ana.composer.inputValue(), 'half a sentence');
  assert.equal(await ana.page.locator('.entry.connected').count(), CHATS);
  assert.equal(await seen(), read, 'where she read is where she reads');
  await ben.end();
});
