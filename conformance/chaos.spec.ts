import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';

const PEOPLE = 60;

describe('two replicas of every room, and something is killed every two seconds (INV-1, 3, 4, 6)', () => {
  let end = (): void => undefined;
  afterAll(() => end());

  it(`${PEOPLE} people sign in, enter two applications and sign out: no logout is lost, nothing revives, nothing has an effect twice`, async () => {
    // Its servers are its own: those of the tests are not there to be killed.
    const { REDIS_URL: _redis, KAFKA_BROKERS: _kafka, ...environment } = process.env;
    const child = spawn(process.execPath, [fileURLToPath(new URL('../chaos/run.mjs', import.meta.url)), '--only', 'kill', '--people', String(PEOPLE), '--seconds', '240'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    end = () => void child.kill('SIGTERM');
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (part: Buffer) => (said += part.toString('utf8')));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect({ code, said: code === 0 ? '' : said }).toEqual({ code: 0, said: '' });
  }, 480_000);
});
