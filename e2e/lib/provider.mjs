// A real OpenID provider, with its own pages, on this machine.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { Provider } from 'oidc-provider';

/**
 * Listens, so that the issuer is known; begin then makes it a provider with the settings given. Asked are the
 * addresses that it was asked for.
 */
export async function startProvider() {
  const listener = createServer();
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const issuer = `http://127.0.0.1:${listener.address().port}`;
  const asked = [];
  return {
    issuer,
    asked,
    begin(settings) {
      const answer = new Provider(issuer, { pkce: { required: () => true }, cookies: { keys: ['a key of the provider'] }, ...settings }).callback();
      listener.on('request', (request, response) => {
        asked.push(new URL(request.url, issuer));
        answer(request, response);
      });
    },
    stop() {
      listener.closeAllConnections();
      listener.close();
    },
  };
}

/** Fills in the forms of a provider: who it is, and the consent. */
export async function signInAs(page, name) {
  await page.fill('input[name=login]', name);
  await page.fill('input[name=password]', 'whatever: a provider for tests takes all');
  await page.click('button[type=submit]');
  await page.click('button[type=submit]');
}
