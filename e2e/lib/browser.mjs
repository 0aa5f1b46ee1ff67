// A headless Chromium with pages of another origin than the server's, and a record of all that a page sends.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';
import { Collected } from './wait.mjs';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const missing = existsSync(executablePath) ? null : `there is no ${executablePath}: install chromium, or set CHROMIUM to where it is`;

/** Reason to skip a test. With CI=true nothing is skipped: starting the browser then fails. */
export const noBrowser = process.env.CI !== 'true' && missing ? missing : false;

export async function startBrowser() {
  if (missing) throw new Error(missing);
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync',
      // No name is looked up, so nothing can leave this machine unseen.
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
    ],
  });
}

/** The generations of ChatJS that are in use, by the name of the package that holds each. */
export const CHATJS = { '5.0.0': 'amazon-connect-chatjs', '3.0.3': 'amazon-connect-chatjs-3' };

/** A shop's own web site: one page for each ChatJS, which loads it as it was published. */
export async function startSite() {
  const require = createRequire(import.meta.url);
  const server = createServer(async ({ url }, response) => {
    const [, version, file] = url.split('/');
    if (!CHATJS[version]) return response.writeHead(404).end();
    if (file === 'chatjs.js') {
      response.setHeader('content-type', 'text/javascript');
      return response.end(await readFile(require.resolve(CHATJS[version])));
    }
    response.setHeader('content-type', 'text/html');
    return response.end('<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script src="chatjs.js"></script>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    page: (version) => `${origin}/${version}/`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => { server.close(resolve); });
    },
  };
}

/** Opens an address as a visitor of their own, without anything that an earlier one has left in the browser. */
export async function visit(browser, address, options = {}) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const record = new Record();
  page.on('pageerror', (error) => record.errors.push(error));
  const protocol = await context.newCDPSession(page);
  record.listen(protocol);
  await protocol.send('Network.enable');
  await page.goto(address);
  return { page, record, close: () => context.close() };
}

/** What a page sends and receives; preflights, too, of which the page itself knows nothing. */
class Record {
  requests = new Collected();
  responses = new Collected();
  sockets = new Collected();
  frames = new Collected();
  errors = [];

  listen(protocol) {
    protocol.on('Network.requestWillBeSent', ({ request }) => this.requests.push(request));
    protocol.on('Network.responseReceived', ({ response }) => this.responses.push(response));
    protocol.on('Network.webSocketCreated', ({ url }) => this.sockets.push({ url }));
    protocol.on('Network.webSocketFrameReceived', ({ response }) => this.frames.push(JSON.parse(response.payloadData || '{}')));
  }

  /** Every host that the page has turned to. */
  get hosts() {
    const urls = [...this.requests.all, ...this.sockets.all].map(({ url }) => new URL(url));
    return new Set(urls.filter(({ protocol }) => protocol !== 'data:').map(({ hostname }) => hostname));
  }
}

/** The workers of the whole browser; what they send is on no page's record. */
export async function workers(browser) {
  const protocol = await browser.newBrowserCDPSession();
  const { targetInfos } = await protocol.send('Target.getTargets');
  await protocol.detach();
  return targetInfos.filter(({ type }) => type.includes('worker')).map(({ url }) => url);
}
