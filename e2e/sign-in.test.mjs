// Agents sign in with an OpenID provider: a real one, in a browser, with its own pages.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Provider } from 'oidc-provider';
import { noBrowser, startBrowser } from './lib/browser.mjs';
import { startPerch } from './lib/perch.mjs';

// The people of the provider, by what they enter as their name there.
const PEOPLE = { ana: { preferred_username: 'agent1' }, mallory: { preferred_username: 'nobody-here' }, silent: {} };
const CLIENT = { client_id: 'perch', client_secret: 'a secret of both' };

let perch;
let browser;
let listener;
let dir;
let asked;

before(async () => {
  if (noBrowser) return;
  listener = createServer();
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const issuer = `http://127.0.0.1:${listener.address().port}`;
  dir = await mkdtemp(join(tmpdir(), 'perch-sign-in-'));
  const file = join(dir, 'sign-in.json');
  await writeFile(file, JSON.stringify({ Providers: [
    { Name: 'Acme login', Issuer: issuer, ClientId: CLIENT.client_id, ClientSecret: CLIENT.client_secret, Claim: 'preferred_username', Scopes: ['profile'] },
  ] }));
  perch = await startPerch({ more: ['--sign-in', file] });
  const provider = new Provider(issuer, {
    clients: [{ ...CLIENT, redirect_uris: [`${perch.info.Endpoint}/agent/provider/callback`] }],
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) }),
    pkce: { required: () => true },
    cookies: { keys: ['a key of the provider'] },
  });
  asked = [];
  const answer = provider.callback();
  listener.on('request', (request, response) => {
    asked.push(new URL(request.url, issuer));
    answer(request, response);
  });
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  await perch?.stop();
  listener?.closeAllConnections();
  listener?.close();
  if (dir) await rm(dir, { recursive: true, force: true });
});

/** Somebody who goes from a page of ours to the provider, and fills in its forms. */
async function signInAs(name) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const ways = await (await fetch(`${perch.info.Endpoint}/agent/sign-in`)).json();
  assert.deepEqual([ways.Password, ways.Provider.Name], [true, 'Acme login']);
  await page.goto(`${perch.info.Endpoint}${ways.Provider.Path}&Page=%2Fhealthz`);
  await page.fill('input[name=login]', name);
  await page.fill('input[name=password]', 'whatever: the provider of this test takes all');
  await page.getByRole('button', { name: 'Sign-in' }).click();
  await page.getByRole('button', { name: 'Continue' }).click(); // consents, on the next page
  await page.waitForURL(`${perch.info.Endpoint}/healthz**`);
  return { context, page };
}

const refresh = (page) => page.evaluate(async () => {
  const answer = await fetch('/agent/refresh', { method: 'POST' });
  return { status: answer.status, body: await answer.json() };
});

test('an agent signs in at the provider, and the page goes on by its cookie', { skip: noBrowser }, async () => {
  const { context, page } = await signInAs('ana');
  assert.equal(new URL(page.url()).hash, '');
  const authorization = asked.find(({ pathname }) => pathname === '/auth');
  assert.equal(authorization.searchParams.get('code_challenge_method'), 'S256');
  assert.ok(authorization.searchParams.get('nonce'));

  const { status, body } = await refresh(page);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.User.Username, 'agent1');
  const me = await fetch(`${perch.info.Endpoint}/agent/me`, { headers: { Authorization: `Bearer ${body.AgentToken}` } });
  assert.equal(me.status, 200);
  assert.equal((await refresh(page)).status, 200, 'and again, with the next cookie');

  // The provider is on the same host, and cookies know no ports.
  const cookies = (await context.cookies(`${perch.info.Endpoint}/agent/refresh`)).filter(({ name }) => name.startsWith('perch'));
  assert.deepEqual(cookies.map(({ name, httpOnly, sameSite }) => [name, httpOnly, sameSite]), [['perch_sign_in', true, 'Strict']]);
  assert.equal(await page.evaluate(() => document.cookie), '');

  await fetch(`${perch.info.Endpoint}/agent/logout`, { method: 'POST', headers: { Authorization: `Bearer ${body.AgentToken}` } });
  assert.equal((await refresh(page)).status, 401, 'signed out is signed out');
  await context.close();
});

test('who is no user here is told so, and is not signed in', { skip: noBrowser }, async () => {
  for (const [name, reason] of [['mallory', /knows you as nobody-here, who is no user here/], ['silent', /does not say your preferred_username/]]) {
    const { context, page } = await signInAs(name);
    const failed = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('signInFailed');
    assert.match(failed, reason);
    assert.equal((await refresh(page)).status, 401);
    await context.close();
  }
});

test('an answer to somebody else\'s question signs nobody in', { skip: noBrowser }, async () => {
  const begin = async () => {
    const answer = await fetch(`${perch.info.Endpoint}/agent/provider`, { redirect: 'manual' });
    return { at: new URL(answer.headers.get('location')), cookie: answer.headers.get('set-cookie').split(';')[0] };
  };
  const [mine, theirs] = [await begin(), await begin()];
  const back = (state, cookie) => fetch(`${perch.info.Endpoint}/agent/provider/callback?code=x&state=${state}`,
    { redirect: 'manual', headers: cookie ? { Cookie: cookie } : {} });
  const state = mine.at.searchParams.get('state');
  assert.equal((await back(state, '')).status, 403, 'without the cookie');
  for (const [cookie, reason] of [[theirs.cookie, 'another+question'], [mine.cookie, 'does+not+take+back']]) {
    const answer = await back(state, cookie);
    assert.equal(answer.status, 303);
    assert.ok(answer.headers.get('location').includes(reason), answer.headers.get('location'));
    assert.ok(!answer.headers.getSetCookie().some((set) => set.startsWith('perch_sign_in=') && !set.startsWith('perch_sign_in=;')));
  }
  for (const page of ['https://elsewhere.example/', '//elsewhere.example/', '/\\elsewhere.example']) {
    const answer = await fetch(`${perch.info.Endpoint}/agent/provider?Page=${encodeURIComponent(page)}`, { redirect: 'manual' });
    assert.equal(answer.status, 400, page);
  }
});
