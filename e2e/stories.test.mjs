// perch story, the built binary: exit codes, and what CI reads.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const perch = process.env.PERCH_BIN ?? new URL('../bin/perch', import.meta.url).pathname;
const examples = new URL('../examples/stories', import.meta.url).pathname;
let dir;
before(async () => { dir = await mkdtemp(join(tmpdir(), 'perch-stories-')); });
after(() => rm(dir, { recursive: true, force: true }));

const story = (...args) => new Promise((resolve) => {
  execFile(perch, ['story', ...args], { maxBuffer: 1 << 24 }, (error, out, err) => resolve({ code: error?.code ?? 0, out, err }));
});

test('the stories of the examples come true, and CI can read it', async () => {
  const junit = join(dir, 'stories.xml');
  const { code, out, err } = await story(examples, '--junit', junit, '--tap');
  assert.equal(code, 0, out + err);
  assert.match(out, /^TAP version 14\n1\.\.\d+\nok 1 - /);
  assert.doesNotMatch(out, /^not ok/m);
  assert.match(await readFile(junit, 'utf8'), /<testsuites tests="\d+" failures="0"/);
});

test('a story that does not come true ends with 1, says where, and shows the conversation', async () => {
  const file = join(dir, 'wrong.story.yaml');
  await writeFile(file, `story: Nobody answers
customers: {ada: Ada}
steps:
  - {who: ada, start: first, note: alone}
  - {who: ada, say: Is anybody there?}
  - expect: {transcript: ada, has: ["AGENT: Yes."]}
`);
  const { code, out } = await story(file, '--seed', '7');
  assert.equal(code, 1);
  assert.ok(out.includes(`${file}:6:13: step 3, expect transcript ada`), out);
  assert.match(out, /^\s+CUSTOMER: Is anybody there\?$/m);
  assert.match(out, /--seed 7/);
  assert.match(out, /== first, API/);
});

test('a file with mistakes ends with 2, and all are told', async () => {
  const file = join(dir, 'bad.story.yaml');
  await writeFile(file, 'story: x\nsteps:\n  - {who: ada, sya: hello}\n  - {wait: soon}\n');
  const { code, err } = await story(file);
  assert.equal(code, 2);
  assert.match(err, /bad\.story\.yaml:3:\d+: steps\[0\]\.sya: is not known here; did you mean say\?/);
  assert.match(err, /bad\.story\.yaml:4:\d+: steps\[1\]\.wait: must be a time span/);
});

test('the schema that is printed is the one in docs', async () => {
  const { out } = await story('--schema');
  assert.equal(out, await readFile(new URL('../docs/story.schema.json', import.meta.url), 'utf8'));
});
