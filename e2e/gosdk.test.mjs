// The same calls by Amazon's Go SDK. The tests are in Go; each is shown here as one of ours.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startPerch } from './lib/perch.mjs';

let perch;

before(async () => {
  perch = await startPerch();
});

after(() => perch?.stop());

/** Runs the Go tests against the server; gives back what `go test -json` tells, line by line. */
function goTest() {
  const mine = Object.entries(process.env).filter(([name]) => !/^(AWS|PERCH)_/.test(name));
  const env = { ...Object.fromEntries(mine), GOWORK: 'off', NO_PROXY: '127.0.0.1', PERCH_INFO: JSON.stringify(perch.info) };
  const cwd = fileURLToPath(new URL('gosdk', import.meta.url));
  return new Promise((resolve, reject) => {
    execFile('go', ['test', '-json', '-count=1', './...'], { cwd, env, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') return reject(new Error('there is no go command: perch is built with it, so it should be here'));
      const events = stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
      // Without a single test there is a reason on the other channel, such as a module that cannot be had.
      return events.some((each) => each.Test) ? resolve(events) : reject(new Error(stderr || stdout || error?.message));
    });
  });
}

test('aws-sdk-go-v2', { timeout: 600_000 }, async (t) => {
  const events = await goTest();
  const ended = events.filter(({ Test, Action }) => Test && ['pass', 'fail', 'skip'].includes(Action));
  for (const { Test, Action } of ended) {
    const said = events.filter((each) => each.Test === Test && each.Output).map((each) => each.Output).join('');
    await t.test(Test, () => assert.equal(Action, 'pass', said));
  }
  const outcome = events.filter(({ Test, Action }) => !Test && ['pass', 'fail'].includes(Action)).map(({ Action }) => Action);
  assert.deepEqual(outcome, ['pass'], events.filter((each) => each.Output).map((each) => each.Output).join(''));
});
