// A shop with a chat on its pages, its visitors in browsers behind a network that can be cut, and an agent who is not behind it.

import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConnectParticipantClient, GetTranscriptCommand } from '@aws-sdk/client-connectparticipant';
import { signIn } from './agent.mjs';
import { startBrowser, visit } from './browser.mjs';
import { Participant } from './participant.mjs';
import { walk } from './pages.mjs';
import { freePort, startProxy } from './proxy.mjs';
import { binary, startPerch } from './perch.mjs';
import { eventually } from './wait.mjs';

export const FRAME = '#amazon-connect-widget-frame';
const TYPES = ['text/plain', 'text/markdown', 'application/vnd.amazonaws.connect.message.interactive', 'application/vnd.amazonaws.connect.message.interactive.response'];

/**
 * Opens the shop. Pages are at shop.page({person, more}): `person` is who is signed in there, `more` further calls of the snippet.
 * `flags` are those of perch widget create.
 */
export async function openShop({ flags = [], signed = true } = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'perch-visitors-'));
  const port = await freePort();
  const proxy = await startProxy(port);
  const start = () => startPerch({ dataDir, listen: `127.0.0.1:${port}`, more: ['--public-url', `http://127.0.0.1:${proxy.port}`] });
  await (await start()).stop();

  const site = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(shop.html(new URL(request.url, 'http://shop').searchParams));
  }).listen(0, '127.0.0.1');
  await once(site, 'listening');
  const origin = `http://127.0.0.1:${site.address().port}`;
  const made = JSON.parse(execFileSync(binary, ['widget', 'create', 'visitors', '--instance', 'perch', '--domain', origin, `--unsigned=${!signed}`, '--json', ...flags, '--data', dataDir], { encoding: 'utf8' }));
  const shop = new Shop(await start(), { start, proxy, made, origin, direct: `http://127.0.0.1:${port}`, browser: await startBrowser() });
  shop.close = async () => {
    await shop.browser.close();
    await shop.perch.stop();
    proxy.stop();
    site.closeAllConnections();
    site.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return shop;
}

class Shop {
  constructor(perch, rest) {
    Object.assign(this, rest);
    this.perch = perch;
  }

  page({ person = '', more = {} } = {}) {
    return `${this.origin}/?${new URLSearchParams({ person, more: JSON.stringify(more) })}`;
  }

  html(query) {
    const calls = { supportedMessagingContentTypes: TYPES, customLaunchBehavior: {}, ...JSON.parse(query.get('more') || '{}') };
    const person = query.get('person');
    return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Shop</title><link rel="icon" href="data:,"><h1>Shop</h1><script>
  (function(w, d, x, id){ s=d.createElement('script'); s.src='http://127.0.0.1:${this.proxy.port}/amazon-connect-chat-interface-client.js'; s.async=1; s.id=id; d.getElementsByTagName('head')[0].appendChild(s);
    w[x] = w[x] || function() { (w[x].ac = w[x].ac || []).push(arguments) }; })(window, document, 'amazon_connect', '${this.made.WidgetId}');
  amazon_connect('snippetId', '${this.made.WidgetId}');
  ${Object.entries(calls).map(([key, value]) => `amazon_connect('${key}', ${JSON.stringify(value)});`).join('\n')}
  ${this.made.SecurityKey && person !== 'nobody' ? `amazon_connect('authenticate', (callback) => callback('${this.token(person)}'));` : ''}
</script></html>`;
  }

  /** What the shop's own server signs for somebody, or for anybody at all. */
  token(customerId) {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Math.floor(Date.now() / 1000);
    const text = `${part({ typ: 'JWT', alg: 'HS256' })}.${part({ sub: this.made.WidgetId, iat: now, exp: now + 600, ...(customerId ? { customerId } : {}) })}`;
    return `${text}.${createHmac('sha256', this.made.SecurityKey).update(text).digest('base64url')}`;
  }

  /** Somebody with a browser of their own. */
  async visitor(query = {}, options = {}) {
    const visitor = new Visitor(this);
    const { page, record, close } = await visit(this.browser, this.page(query), options);
    return Object.assign(visitor, { page, record, leave: close, frame: page.frameLocator(FRAME) });
  }

  async kill() { await this.perch.kill(); }

  async restart() { this.perch = await this.start(); }

  /** An agent who talks with the server itself; signs in anew after a restart. */
  async agent() {
    const agent = await signIn(this.direct, this.perch.info.Agents[0]);
    await agent.status('Available');
    return agent;
  }

  /** Takes the contact that is offered next. */
  async take(agent) {
    const row = await eventually(async () => (await agent.contacts()).find((each) => each.State === 'INCOMING'), 'a chat is offered');
    const participant = new ConnectParticipantClient({ region: this.perch.info.Region, endpoint: this.direct, credentials: { accessKeyId: 'x', secretAccessKey: 'x' } });
    const person = new Participant({ participant }, await agent.accept(row.ContactId));
    await person.connect({ ConnectParticipant: true });
    person.row = row;
    person.told = async () => {
      const pages = await walk((more) => participant.send(new GetTranscriptCommand({ ...person.bearer, MaxResults: 100, ScanDirection: 'BACKWARD', SortOrder: 'ASCENDING', ...more })));
      return pages.reverse().flatMap(({ Transcript }) => Transcript).filter(({ Type, ParticipantRole }) => Type === 'MESSAGE' && ParticipantRole !== 'SYSTEM').map(({ Content }) => Content);
    };
    return person;
  }
}

class Visitor {
  constructor(shop) { this.shop = shop; }

  async open(page = this.page) {
    await page.locator('#amazon-connect-open-widget-button').click();
    await page.frameLocator(FRAME).locator('textarea').waitFor();
  }

  async say(text, frame = this.frame) {
    await frame.locator('textarea').fill(text);
    await frame.locator('textarea').press('Enter');
  }

  /** Waits until the frame shows just what the server has: nothing lost, doubled or swapped, nothing still waiting. */
  async showsAll(person, frame = this.frame) {
    let told;
    let said;
    await eventually(async () => {
      if (await frame.locator('.waiting').count() > 0) return false; // reading all of it takes seconds where it is long
      [told, said] = [await person.told(), await this.wholly(frame)];
      return JSON.stringify(told) === JSON.stringify(said) && await frame.locator('.waiting').count() === 0;
    }, 'the frame shows what the server has', 30_000).catch((error) => { throw new Error(`${error.message}\nserver ${JSON.stringify(told)}\nframe  ${JSON.stringify(said)}`); });
    return said;
  }

  wholly(frame = this.frame) { return wholly(frame); }
}

/** All texts of a timeline from the first to the last, rows that are out of sight included: read while the list is scrolled through. */
export function wholly(root) {
  return root.locator('.list').evaluate(async (list) => {
    const settled = () => new Promise((resolve) => { requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 10))); });
    const atEnd = () => list.scrollTop + list.clientHeight >= list.scrollHeight - 1;
    const [before, stuck] = [list.scrollTop, atEnd()];
    const left = { steps: 1000 };
    const step = () => { if (--left.steps < 0) throw new Error(`the list does not stand still: ${list.scrollTop} of ${list.scrollHeight}, ${list.clientHeight} high`); };
    for (let calm = 0, height = 0; calm < 12;) { // until nothing older comes
      step();
      list.scrollTop = 0;
      await settled();
      calm = list.scrollTop < 4 && list.scrollHeight === height && list.getAttribute('aria-busy') !== 'true' ? calm + 1 : 0;
      height = list.scrollHeight;
    }
    const found = new Map();
    for (;;) {
      for (const row of list.querySelectorAll('.row[data-id]:not(.system)')) found.set(row.dataset.id, row.querySelector('.bubble').textContent);
      if (atEnd()) break;
      step();
      list.scrollTop += list.clientHeight / 2;
      await settled();
    }
    if (!stuck) list.scrollTop = before;
    return [...found.values(), ...[...list.querySelectorAll('.row.waiting .bubble')].map((each) => each.textContent)];
  });
}
