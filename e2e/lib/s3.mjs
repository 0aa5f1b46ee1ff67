// An S3 server with one bucket, for as long as a test needs it.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from './wait.mjs';

const brought = fileURLToPath(new URL('../../bin/versitygw', import.meta.url));
const program = process.env.VERSITYGW ?? (existsSync(brought) ? brought : 'versitygw');
const missing = spawnSync(program, ['--version']).error ? 'there is no versitygw: make tools brings it, or name it in VERSITYGW' : null;

/** Reason to skip a test. With CI=true nothing is skipped. */
export const noS3 = process.env.CI !== 'true' && missing ? missing : false;

export async function startS3() {
  const dir = await mkdtemp(join(tmpdir(), 'perch-s3-'));
  await mkdir(join(dir, 'files'));
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  const child = spawn(program, ['--port', `127.0.0.1:${port}`, 'posix', dir], { env: { ...process.env, ROOT_ACCESS_KEY: 'perch', ROOT_SECRET_KEY: 'perch-secret' }, stdio: 'ignore' });
  const die = () => child.kill('SIGKILL');
  process.on('exit', die);
  await eventually(() => new Promise((resolve) => { connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false)); }), 'the S3 server listens');
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'perch', AWS_SECRET_ACCESS_KEY: 'perch-secret' });
  return {
    host: `127.0.0.1:${port}`,
    place: `s3://files?region=us-east-1&endpoint=${encodeURIComponent(`http://127.0.0.1:${port}`)}`,
    async stop() {
      process.off('exit', die);
      child.kill('SIGKILL');
      await once(child, 'exit');
      await rm(dir, { recursive: true, force: true });
    },
  };
}
