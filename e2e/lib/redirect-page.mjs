// A site's redirect page, to which customers come back from the login: the one that docs/widget.md shows.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './wait.mjs';

/** Runs the redirect page of the documents on a port of localhost, as a site's server would. */
export async function startRedirectPage(port, env) {
  const page = (await readFile(new URL('../../docs/widget.md', import.meta.url), 'utf8')).match(/```js\n([^`]*?UpdateParticipantAuthenticationCommand[^]*?)\n```/)[1];
  const dir = await mkdtemp(join(tmpdir(), 'perch-redirect-'));
  await symlink(fileURLToPath(new URL('../node_modules', import.meta.url)), join(dir, 'node_modules'));
  await writeFile(join(dir, 'redirect.mjs'), page);
  const child = spawn(process.execPath, [join(dir, 'redirect.mjs')], { env: { ...process.env, ...env, PORT: String(port) }, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  let log = '';
  child.stderr.on('data', (chunk) => { log = (log + chunk).slice(-5_000); });
  await eventually(async () => (await fetch(`http://localhost:${port}/`)).status === 404, 'the redirect page answers').catch((error) => { throw new Error(`${error.message}\n${log}`); });
  return {
    address: `http://localhost:${port}/signed-in`,
    async stop() {
      child.kill('SIGTERM');
      await exited;
      await rm(dir, { recursive: true, force: true });
    },
  };
}
