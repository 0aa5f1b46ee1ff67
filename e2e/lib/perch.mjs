// Starts the built server as a user would, and hands out the stock SDK clients for it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ConnectClient } from '@aws-sdk/client-connect';
import { ConnectParticipantClient } from '@aws-sdk/client-connectparticipant';
import { signIn } from './agent.mjs';
import { collect, importInto } from './past.mjs';
import { newDatabase } from './postgres.mjs';
import { eventually, within } from './wait.mjs';

// Keeps the SDKs from asking a cloud machine's metadata service for anything.
process.env.AWS_EC2_METADATA_DISABLED = 'true';

export const binary = process.env.PERCH_BIN ?? fileURLToPath(new URL('../../bin/perch', import.meta.url));
// Chats move out of the database as soon as they have ended.
const cold = process.env.PERCH_E2E_COLD === '1';
// Chats that have ended are left to a new server, which imports them.
const imported = process.env.PERCH_E2E_IMPORTED === '1';
const running = new Set();
const databases = new Map(); // by the data directory that belongs to each
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** Starts `perch try --json`, or another command, and returns when it says that it is ready. */
export async function startPerch({ command = 'try', listen = '127.0.0.1:0', dataDir, more = [] } = {}) {
  if (!existsSync(binary)) throw new Error(`no server at ${binary}: build it first, or set PERCH_BIN`);
  if (imported && !dataDir) return leaving(await startOne({ command, listen, dataDir: await mkdtemp(join(tmpdir(), 'perch-e2e-')), more }));
  return startOne({ command, listen, dataDir, more });
}

async function startOne({ command, listen, dataDir, more }) {
  const store = process.env.PERCH_E2E_STORE === 'postgres' ? await onPostgres(dataDir) : { dataDir };
  const args = [command, '--json', '--listen', listen, ...(store.dataDir ? ['--data', store.dataDir] : []), ...(store.url ? ['--store', store.url] : []),
    ...(cold ? ['--cold-after', '1ms'] : []), ...more];
  // A developer's own PERCH_* settings must not leak into the server under test.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PERCH_')));
  const child = spawn(binary, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const exited = once(child, 'exit').then(async ([code, signal]) => {
    running.delete(child);
    if (store.throwAway) await rm(store.dataDir, { recursive: true, force: true });
    return { code, signal };
  });

  let log = '';
  child.stderr.on('data', (chunk) => { log = (log + chunk).slice(-20_000); });
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise((resolve, reject) => {
    child.once('error', reject);
    lines.once('line', resolve);
    exited.then(({ code, signal }) => reject(new Error(`perch ended before it was ready (${code ?? signal}):\n${log}`)));
  });
  try {
    const info = JSON.parse(await within(ready, () => `perch ready; its log:\n${log}`, 60_000));
    return new Perch(info, child, exited, () => log);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

/** The database of a data directory: a new one for a directory that has none yet, or for none at all. */
async function onPostgres(dataDir) {
  if (!dataDir) return { dataDir: await mkdtemp(join(tmpdir(), 'perch-e2e-')), url: await newDatabase(), throwAway: true };
  if (!databases.has(dataDir)) databases.set(dataDir, await newDatabase());
  return { dataDir, url: databases.get(dataDir) };
}

/** A server whose chats are left to the next one whenever some have ended. */
async function leaving(perch) {
  const left = await mkdtemp(join(tmpdir(), 'perch-left-'));
  perch.thrown = [left, perch.info.DataDir];
  perch.leave = async (chats) => {
    await collect(perch, left);
    await perch.kill();
    const next = await startOne({ command: 'try', listen: perch.listen, dataDir: await mkdtemp(join(tmpdir(), 'perch-e2e-')), more: [] });
    perch.become(next);
    perch.thrown.push(next.info.DataDir);
    const report = await importInto(next.info.DataDir, left);
    if (report.Imported !== chats || report.Refused.length > 0) throw new Error(`${chats} chats were to be imported: ${JSON.stringify(report)}`);
    await Promise.all((perch.signedIn ?? []).map((agent) => agent.again(perch.endpoint, next.info.Agents.find(({ Username }) => Username === agent.user.Username))));
  };
  return perch;
}

class Perch {
  #child;
  #exited;
  #log;

  constructor(info, child, exited, log) {
    this.#take(info, child, exited, log);
  }

  /** Takes the place of another server: from now on, this is that one. */
  become(other) {
    this.#take(other.info, other.#child, other.#exited, other.#log);
  }

  #take(info, child, exited, log) {
    this.info = info;
    this.endpoint = info.Endpoint;
    this.#child = child;
    this.#exited = exited;
    this.#log = log;
    this.connect = this.connectClient({});
    // This SDK signs its calls, though the participant service knows people by their tokens alone: any key will do.
    this.participant = new ConnectParticipantClient({
      region: info.Region,
      endpoint: info.Endpoint,
      credentials: { accessKeyId: 'unknown', secretAccessKey: 'unknown' },
    });
  }

  /** A Connect client; `credentials` may differ from the server's own, to be refused. */
  connectClient({ credentials, ...rest }) {
    return new ConnectClient({
      region: this.info.Region,
      endpoint: this.info.Endpoint,
      credentials: {
        accessKeyId: this.info.AccessKeyId,
        secretAccessKey: this.info.SecretAccessKey,
        ...credentials,
      },
      ...rest,
    });
  }

  /** Signs in all the instance's agents, with nobody available yet; a null status leaves it as it is. */
  async agents({ status = 'Offline' } = {}) {
    this.signedIn = await Promise.all(this.info.Agents.map(async (login) => {
      const agent = await signIn(this.endpoint, login);
      if (status) await agent.status(status);
      return agent;
    }));
    return this.signedIn;
  }

  /** Where chats that have ended move into files, or to another server: waits until so many have. */
  async moved(chats) {
    if (this.leave) await this.leave(chats);
    if (!cold) return;
    await eventually(async () => (await (await fetch(`${this.endpoint}/metrics`)).text()).includes(`\nperch_cold_sessions ${chats}\n`), `${chats} chats in files`);
  }

  /** host:port, to start again in the same place. */
  get listen() {
    return new URL(this.endpoint).host;
  }

  get log() {
    return this.#log();
  }

  /** Ends it politely; returns how it exited. */
  async stop() {
    this.#child.kill('SIGTERM');
    const how = await within(this.#exited, () => `perch stopped after SIGTERM; its log:\n${this.log}`, 30_000);
    await Promise.all((this.thrown ?? []).map((dir) => rm(dir, { recursive: true, force: true })));
    return how;
  }

  /** Ends it as a power cut to the process would. */
  async kill() {
    this.#child.kill('SIGKILL');
    return within(this.#exited, 'perch killed');
  }
}
