// The examples, as a newcomer runs them: each in a copy of its directory, with what it has asked the package managers for.

import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { noBrowser } from './lib/browser.mjs';
import { binary } from './lib/perch.mjs';
import { within } from './lib/wait.mjs';

const examples = fileURLToPath(new URL('../examples', import.meta.url));
const modules = fileURLToPath(new URL('node_modules', import.meta.url));
let place;

before(async () => {
  place = await mkdtemp(join(tmpdir(), 'perch-examples-'));
  await cp(examples, join(place, 'examples'), { recursive: true, filter: (path) => !path.includes('node_modules') });
  await symlink(modules, join(place, 'examples', 'node_modules'));
});

after(() => rm(place, { recursive: true, force: true }));

function run(command, args, cwd, more = {}) {
  const mine = Object.entries(process.env).filter(([name]) => !/^(AWS_|PERCH_|NODE_TEST_CONTEXT|NODE_OPTIONS)/.test(name));
  const env = { ...Object.fromEntries(mine), PERCH_BIN: binary, AWS_EC2_METADATA_DISABLED: 'true', NO_PROXY: '127.0.0.1', PYTHONDONTWRITEBYTECODE: '1', ...more };
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, env, timeout: 240_000, maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command} ${args.join(' ')}:\n${stdout}\n${stderr || error.message}`));
      else resolve(stdout + stderr);
    });
  });
}

test('vitest with ChatJS', { timeout: 300_000 }, async () => {
  const said = await run(process.execPath, [join(modules, 'vitest/vitest.mjs'), 'run'], join(place, 'examples/vitest'));
  assert.match(said.replace(/\x1b\[\d+m/g, ''), /Tests {2}4 passed \(4\)/);
});

test('playwright with a page of one\'s own', { skip: noBrowser, timeout: 300_000 }, async () => {
  assert.match(await run(process.execPath, ['--test', '--test-reporter=tap'], join(place, 'examples/playwright')), /# pass 3\n# fail 0/);
});

/** The environment in which python3 has both boto3 and pytest; null where there is none. Debian keeps pytest for its own. */
function python() {
  for (const more of [{}, { PYTHONPATH: '/usr/lib/python3/dist-packages' }]) {
    try {
      execFileSync('python3', ['-c', 'import boto3, pytest; assert hasattr(boto3, "client")'], { env: { ...process.env, ...more }, stdio: 'ignore' });
      return more;
    } catch { /* not in this one */ }
  }
  return null;
}

test('pytest with boto3', { skip: !python() && 'python3 has no boto3, or no pytest', timeout: 300_000 }, async () => {
  assert.match(await run('python3', ['-m', 'pytest', '-q', '-p', 'no:cacheprovider'], join(place, 'examples/pytest'), python()), /4 passed/);
});

test('Go', { timeout: 600_000 }, async () => {
  // In its own place, since its module is the one around it, whose libraries change more often than the example.
  for (const file of ['go.mod', 'go.sum']) await cp(join(examples, 'go', file), join(place, file));
  const args = ['test', '-count=1', '-mod=mod', `-modfile=${join(place, 'go.mod')}`, './...'];
  assert.match(await run('go', args, join(examples, 'go'), { GOWORK: 'off' }), /^ok/m);
});

test('the workflow and the image name what there is', async () => {
  const workflow = await readFile(join(examples, 'github-actions/chat.yml'), 'utf8');
  assert.match(workflow, /PERCH_BIN: /);
  assert.ok(existsSync(fileURLToPath(new URL('../cmd/perch', import.meta.url))));
  const image = await readFile(new URL('../Containerfile', import.meta.url), 'utf8');
  const [, command] = /^CMD (\[.*\])$/m.exec(image);
  assert.equal(JSON.parse(command)[0], 'serve');
  const help = await run(binary, ['try', '--help'], place);
  for (const flag of ['--trust-network', '--listen', '--clock', '--fixture']) assert.ok(help.includes(flag), flag);
});

test('the binary needs nothing around it, as in an image from scratch', { skip: process.getuid?.() !== 0 && 'chroot is for root' }, async () => {
  const root = await mkdtemp(join(place, 'scratch-'));
  await cp(binary, join(root, 'perch'));
  await run('mkdir', ['-m', '1777', join(root, 'tmp')], place);
  const child = spawn('chroot', [root, '/perch', 'try', '--json', '--listen', '0.0.0.0:0', '--trust-network'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [said] = await within(once(child.stdout, 'data'), 'it says that it is ready', 60_000).finally(() => child.kill('SIGTERM'));
  await ended;
  assert.match(String(said), /"Endpoint":"http:\/\/127\.0\.0\.1:\d+"/);
});
