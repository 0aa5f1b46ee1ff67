// A PostgreSQL of the tests' own, as store/pgtest gives the Go tests one: on a socket in a temporary directory,
// gone with the process. PERCH_E2E_STORE=postgres has all tests run on it.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const READY_WITHIN = 30_000;

// Runs the server for as long as its input is open: until this process ends, in whatever way.
const KEEPER = `
"$1/initdb" -D "$2/data" -U perch -A trust --locale=C -E UTF8 -N >"$2/log" 2>&1 || exit
"$1/postgres" -D "$2/data" -k "$2" -p 5432 -h "" -c fsync=off >>"$2/log" 2>&1 &
cat >/dev/null
kill -QUIT $!
wait
rm -rf "$2"
`;

let server;
let databases = 0;

/** The URL of a new, empty database. */
export async function newDatabase() {
  server ??= start();
  const { programs, directory } = await server;
  const name = `e2e${++databases}`;
  const made = psql(programs, directory, `CREATE DATABASE ${name}`);
  if (made.status !== 0) throw new Error(`no database could be made: ${made.stderr}`);
  return `postgres://perch@/${name}?host=${encodeURIComponent(directory)}&port=5432&sslmode=disable`;
}

async function start() {
  const programs = findPrograms();
  const directory = mkdtempSync(join(tmpdir(), 'pg')); // short: the path of a socket has a limit
  const options = { cwd: directory, detached: true, stdio: ['pipe', 'ignore', 'ignore'] };
  if (process.geteuid?.() === 0) { // for whom PostgreSQL refuses to work
    const [uid, gid] = nobody();
    chownSync(directory, uid, gid);
    Object.assign(options, { uid, gid });
  }
  const keeper = spawn('sh', ['-c', KEEPER, 'sh', programs, directory], options);
  keeper.unref();
  keeper.stdin.unref?.();
  await once(keeper, 'spawn');
  for (const deadline = Date.now() + READY_WITHIN; ; await pause(20)) {
    const answer = psql(programs, directory, 'SELECT 1');
    if (answer.status === 0) return { programs, directory };
    if (Date.now() > deadline) {
      const log = join(directory, 'log');
      throw new Error(`PostgreSQL did not start: ${answer.stderr}\n${existsSync(log) ? readFileSync(log, 'utf8') : ''}`);
    }
  }
}

function psql(programs, directory, statement) {
  return spawnSync(join(programs, 'psql'), ['-h', directory, '-U', 'perch', '-d', 'postgres', '-qAtc', statement], { encoding: 'utf8' });
}

function nobody() {
  const id = (flag) => Number(spawnSync('id', [flag, 'nobody'], { encoding: 'utf8' }).stdout);
  return [id('-u'), id('-g')];
}

/** The directory of the server's programs: PG_BINDIR, that of initdb in PATH, or where systems put them. */
function findPrograms() {
  const inPath = (process.env.PATH ?? '').split(delimiter).map((dir) => join(dir, 'initdb')).filter(existsSync)
    .map((initdb) => dirname(realpathSync(initdb)));
  const versions = (dir) => (existsSync(dir) ? readdirSync(dir).sort().reverse().map((version) => join(dir, version, 'bin')) : []);
  const found = [process.env.PG_BINDIR, ...inPath, ...versions('/usr/lib/postgresql'), ...versions('/opt/homebrew/opt'), ...versions('/usr/local/opt')]
    .find((dir) => dir && ['initdb', 'postgres', 'psql'].every((program) => existsSync(join(dir, program))));
  if (!found) throw new Error('no PostgreSQL: install it (Debian: apt-get install postgresql), or name the directory of its programs in PG_BINDIR');
  return found;
}
