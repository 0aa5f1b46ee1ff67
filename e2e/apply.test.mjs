// Settings as files, with the built binary: applied to a perch that runs, exported, and applied to a data directory whose perch is stopped.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DescribeContactFlowCommand, ListContactFlowsCommand, ListQueuesCommand, StartChatContactCommand } from '@aws-sdk/client-connect';
import { signIn } from './lib/agent.mjs';
import { binary, startPerch } from './lib/perch.mjs';
import { settingsOf } from './lib/settings.mjs';

const example = fileURLToPath(new URL('../examples/settings', import.meta.url));
let room, perch, send;
before(async () => {
  room = await mkdtemp(join(tmpdir(), 'perch-apply-'));
  perch = await startPerch();
  ({ send } = settingsOf(perch));
});
after(async () => {
  await perch?.stop();
  await rm(room, { recursive: true, force: true });
});

/** Runs perch and returns what it prints; `status` is what it ends with. */
function run(args, more = {}) {
  const env = { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PERCH_'))), ...more };
  return new Promise((resolve) => {
    execFile(binary, args, { env, maxBuffer: 16 << 20 }, (error, stdout, stderr) => resolve({ status: error?.code ?? 0, stdout, stderr })).stdin.end();
  });
}

const running = () => ({ AWS_ACCESS_KEY_ID: perch.info.AccessKeyId, AWS_SECRET_ACCESS_KEY: perch.info.SecretAccessKey, CARLA_PASSWORD: 'correct horse' });
const apply = (dir, ...more) => run(['apply', dir, '--endpoint', perch.endpoint, ...more], running());

async function filesIn(dir) {
  const names = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((f) => f.isFile()).map((f) => join(f.parentPath, f.name));
  return Object.fromEntries(await Promise.all(names.sort().map(async (name) => [name.slice(dir.length + 1), await readFile(name, 'utf8')])));
}

test('what is wrong is said with file and line, and nothing is changed', async () => {
  const wrong = join(room, 'wrong');
  await cp(example, wrong, { recursive: true });
  await writeFile(join(wrong, 'more.yaml'), 'Kind: queue\nName: More\nHoursOfOperation: Never\nColour: red\n');
  const { status, stderr } = await apply(wrong, '--yes');
  assert.equal(status, 1);
  assert.match(stderr, /more\.yaml:3: HoursOfOperation names no hours .*"Never"/);
  assert.match(stderr, /more\.yaml:4: Colour is not known here/);
  const { QueueSummaryList } = await send(ListQueuesCommand);
  assert.deepEqual(QueueSummaryList.map((q) => q.Name), ['Basic queue']);
});

test('a running perch has what was applied at once; a second run changes nothing', async () => {
  const plan = await apply(example, '--plan');
  assert.match(plan.stdout, /^\+ queue Orders$/m);
  assert.equal((await send(ListQueuesCommand)).QueueSummaryList.length, 1, 'a plan changes nothing');
  const unasked = await apply(example);
  assert.match(unasked.stderr, /--yes/);
  const script = await apply(example, '--json');
  assert.match(script.stderr, /--yes/);
  assert.ok(JSON.parse(script.stdout).Changes.some((c) => c.Name === 'Orders'), 'who reads JSON sees the plan, and is not asked');
  const done = await apply(example, '--yes');
  assert.equal(done.status, 0, done.stderr);
  assert.match(done.stdout, /Applied\.\ndan has no password yet/);
  const flows = (await send(ListContactFlowsCommand)).ContactFlowSummaryList;
  const shop = flows.find((f) => f.Name === 'Shop');
  const orders = (await send(ListQueuesCommand)).QueueSummaryList.find((q) => q.Name === 'Orders');
  const { ContactFlow } = await send(DescribeContactFlowCommand, { ContactFlowId: shop.Id });
  assert.ok(ContactFlow.Content.includes(orders.Id));
  await signIn(perch.endpoint, { Username: 'carla', Password: 'correct horse' });
  const { ContactId } = await send(StartChatContactCommand, { ContactFlowId: shop.Id, ParticipantDetails: { DisplayName: 'Ada' } });
  assert.ok(ContactId);
  const again = await apply(example, '--yes');
  assert.match(again.stdout, /^Nothing to change/);
});

test('an export makes another instance the same, byte for byte', { skip: process.env.PERCH_E2E_STORE === 'postgres' && 'the other one is a directory' }, async () => {
  const [exported, back, data] = ['exported', 'back', 'data'].map((name) => join(room, name));
  const out = await run(['export-settings', exported, '--endpoint', perch.endpoint], running());
  assert.equal(out.status, 0, out.stderr);
  assert.ok(!Object.values(await filesIn(exported)).some((text) => text.includes('correct horse')));
  await (await startPerch({ command: 'serve', dataDir: data })).stop();
  const done = await run(['apply', exported, '--data', data, '--yes', '--json']);
  assert.equal(done.status, 0, done.stderr);
  assert.equal(JSON.parse(done.stdout).Applied, true);
  await run(['export-settings', back, '--data', data]);
  assert.deepEqual(await filesIn(back), await filesIn(exported));
  assert.match((await run(['apply', exported, '--data', data])).stdout, /^Nothing to change/);
  const given = await run(['user', 'password', 'dan', '--instance', 'perch', '--data', data, '--json']);
  assert.equal(given.status, 0, given.stderr);
  const other = await startPerch({ command: 'serve', dataDir: data });
  await signIn(other.endpoint, { Username: 'dan', Password: JSON.parse(given.stdout).Password });
  const refused = await run(['apply', exported, '--data', data]);
  assert.match(refused.stderr, /stop it .*--endpoint/);
  await other.stop();
});
