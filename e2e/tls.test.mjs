// perch speaking https by itself, with a certificate that this test has made and that a config file names.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { Agent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { ConnectParticipantClient } from '@aws-sdk/client-connectparticipant';
import { StartChatContactCommand } from '@aws-sdk/client-connect';
import { CHATJS, noBrowser, startBrowser, startSite, visit } from './lib/browser.mjs';
import { BrowserSession, startByFetch } from './lib/browser-chatjs.mjs';
import { selfSigned } from './lib/certificate.mjs';
import { say, startRequest } from './lib/chat.mjs';
import { CONTENT, event } from './lib/items.mjs';
import { Participant } from './lib/participant.mjs';
import { startPerch } from './lib/perch.mjs';
import { ChatSocket } from './lib/socket.mjs';
import { startBody } from './lib/start-endpoint.mjs';
import { eventually } from './lib/wait.mjs';

let dir;
let perch;
let ca; // all certificates that there have been
let agents = [];

before(async () => {
  dir = await mkdtemp(join(tmpdir(), 'perch-tls-'));
  await put(selfSigned());
  const config = join(dir, 'perch.json');
  await writeFile(config, JSON.stringify({ 'tls-cert': join(dir, 'cert.pem'), 'tls-key': join(dir, 'key.pem'), 'log-level': 'warn' }));
  perch = await startPerch({ command: 'serve', dataDir: join(dir, 'data'), more: ['--config', config] });
});

after(async () => {
  agents.forEach((each) => each.destroy());
  await perch?.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Puts a certificate where perch looks for it, as a renewal does. */
async function put({ cert, key }) {
  for (const [name, pem] of [['cert.pem', cert], ['key.pem', key]]) {
    await writeFile(join(dir, `${name}.new`), pem);
    await rename(join(dir, `${name}.new`), join(dir, name));
  }
  ca = [...(ca ?? []), cert];
}

/** A request handler of the SDKs that knows these certificates. */
function trusting() {
  const httpsAgent = new Agent({ ca, keepAlive: true });
  agents = [...agents, httpsAgent];
  return { httpsAgent };
}

/** Starts a chat and connects its customer, all by TLS. */
async function arrive() {
  const requestHandler = trusting();
  const started = await perch.connectClient({ requestHandler }).send(new StartChatContactCommand(startRequest(perch)));
  const participant = new ConnectParticipantClient({
    region: perch.info.Region, endpoint: perch.endpoint, requestHandler, credentials: { accessKeyId: 'unknown', secretAccessKey: 'unknown' },
  });
  const customer = new Participant({ participant }, started);
  const { Websocket } = await customer.connect();
  assert.equal(new URL(Websocket.Url).origin, perch.endpoint.replace('https', 'wss'));
  customer.socket = await ChatSocket.open(Websocket.Url, { ca });
  return customer;
}

async function leave(customer) {
  await customer.disconnect();
  await customer.sees(event(CONTENT.ended), 'chat.ended');
  await customer.socket.untilClosed();
}

/** The certificate that somebody who comes now is shown. */
async function shown() {
  const { hostname, port } = new URL(perch.endpoint);
  const socket = connectTls({ host: hostname, port, ca });
  await once(socket, 'secureConnect');
  const { raw } = socket.getPeerCertificate();
  socket.destroy();
  return new X509Certificate(raw).serialNumber;
}

test('the SDKs and a socket by TLS', async () => {
  assert.match(perch.endpoint, /^https:\/\/127\.0\.0\.1:\d+$/);
  const customer = await arrive();
  await say(customer, 'nobody listens in');
  await leave(customer);
});

test('without trust in the certificate nothing is said', async () => {
  const started = perch.connectClient({ maxAttempts: 1 }).send(new StartChatContactCommand(startRequest(perch)));
  await assert.rejects(started, { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
});

test('calls may use HTTP/2', async () => {
  const session = connectHttp2(perch.endpoint, { ca });
  const request = session.request({ ':path': '/readyz' });
  const [headers] = await once(request, 'response');
  assert.equal(headers[':status'], 200);
  assert.equal(session.alpnProtocol, 'h2');
  request.resume();
  await once(request, 'close');
  session.close();
});

test('a renewed certificate is shown to whoever comes next, and nobody is cut off', async () => {
  const before = await shown();
  const customer = await arrive();
  await put(selfSigned());
  await eventually(async () => (await shown()) !== before, 'the new certificate is shown');
  await say(customer, 'still here');
  const next = await arrive();
  await say(next, 'and me');
  await leave(next);
  await leave(customer);
});

test('a certificate without its key is refused at the start', async () => {
  const start = startPerch({ command: 'serve', dataDir: join(dir, 'other'), more: ['--tls-cert', join(dir, 'cert.pem')] });
  await assert.rejects(start, /--tls-cert was given without --tls-key/);
});

test('ChatJS in a browser by TLS', { skip: noBrowser, timeout: 120_000 }, async (t) => {
  const browser = await startBrowser();
  const site = await startSite();
  try {
    for (const version of Object.keys(CHATJS)) {
      await t.test(version, async () => {
        const visitor = await visit(browser, site.page(version), { ignoreHTTPSErrors: true });
        const customer = await BrowserSession.create(visitor, perch.info,
          await startByFetch(visitor, perch.info.StartEndpoint, startBody(perch)));
        assert.equal(await customer.connect(), true);
        await say(customer, 'by wss');
        const { record } = visitor;
        assert.deepEqual(record.sockets.all.map(({ url }) => new URL(url).protocol), ['wss:']);
        const calls = record.responses.all.filter(({ url }) => url.startsWith(perch.endpoint));
        assert.deepEqual([...new Set(calls.map(({ protocol }) => protocol))], ['h2'], 'while calls share one connection');
        assert.deepEqual(record.errors, []);
        await customer.leave();
        await visitor.close();
      });
    }
  } finally {
    await browser.close();
    await site.stop();
  }
});
