// Whether there is a boto3, and running a script of it with nothing of the developer's own settings.

import { execFile, execFileSync } from 'node:child_process';

const LEAST = [1, 43];

/** A version like [1, 43], or null where the command is not there. */
export function version(command, args, pattern) {
  try {
    const output = execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    return pattern.exec(output).slice(1, 3).map(Number);
  } catch {
    return null;
  }
}

const boto3 = version('python3', ['-c', 'import boto3; print(boto3.__version__)'], /(\d+)\.(\d+)/);
const isNewEnough = boto3 !== null && (boto3[0] > LEAST[0] || (boto3[0] === LEAST[0] && boto3[1] >= LEAST[1]));

/** Reason to skip a test. */
export const noBoto3 = !isNewEnough && `python3 has no boto3 ${LEAST.join('.')} or newer (found: ${boto3?.join('.') ?? 'none'})`;

/** Runs a command with the server's key; gives back its output. */
export function run(perch, command, args, input = '') {
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    AWS_ACCESS_KEY_ID: perch.info.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: perch.info.SecretAccessKey,
    AWS_DEFAULT_REGION: perch.info.Region,
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_PAGER: '',
    NO_PROXY: '127.0.0.1',
  };
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, { env, timeout: 120_000, maxBuffer: 16 << 20 }, (error, stdout, stderr) => {
      if (error) reject(Object.assign(error, { message: `${command} ${args[1] ?? args[0]}: ${stderr || error.message}`, stderr }));
      else resolve(stdout);
    });
    child.stdin.end(input);
  });
}
