// Latchkey as `npm start` runs it: every room in this process, an embedded PostgreSQL beside it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAllInOne } from '@latchkey/all-in-one';
import { freePort } from '@latchkey/testing/free-port';
import { startPostgres } from '../../tools/services/postgres.mjs';
import { PASSWORD, PEOPLE, SERVICE_URL } from '../operations/latchkey.mjs';
import { CLIENT, RESOURCE, SERVICE } from '../operations/oauth.mjs';
import { answerHarness } from './answer-harness.mjs';

const dataDir = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
const postgres = await startPostgres({ dataDir: join(dataDir, 'postgres') });
const file = join(dataDir, 'bench.yaml');
writeFileSync(file, declaration());
process.env.LATCHKEY_TRUSTED_PROXIES = '127.0.0.1';
// The hash is measured, not the limit of one network.
process.env.LATCHKEY_SIGN_IN_NETWORK_LIMIT = '1000000';
const port = await freePort();
const latchkey = await startAllInOne({ databaseUrl: postgres.url, dataDir, port, applyFile: file, outboundAllow: [] });

answerHarness({
  url: latchkey.publicUrl,
  databasePid: postmasterPid(),
  async stop() {
    await latchkey.stop();
    await postgres.stop();
    // As root the data lie where the server's account can walk.
    for (const folder of [postgres.home, dataDir]) rmSync(folder, { recursive: true, force: true });
  },
});

function postmasterPid() {
  try {
    return Number(readFileSync(join(postgres.home, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return null;
  }
}

/** JSON is YAML. */
function declaration() {
  return JSON.stringify({
    people: Array.from({ length: PEOPLE }, (_, index) => ({ username: `bench${index}`, name: `Bench ${index}`, password: PASSWORD, attributes: { email: [`bench${index}@example.org`] } })),
    services: [{ id: 'bench', name: 'Bench service', urls: [SERVICE_URL], attributes: ['email', 'name'], logout: { type: 'none' } }],
    resources: [{ id: RESOURCE, name: 'Bench API', scopes: [{ name: 'bench', description: 'Bench' }] }],
    clients: [
      { id: CLIENT.id, name: 'Bench', redirectUris: [CLIENT.redirectUri], secret: CLIENT.secret, grantTypes: ['authorization_code', 'refresh_token'], scopes: ['openid', 'offline_access'], firstParty: true, idTokenAlg: 'ES256' },
      { id: SERVICE.id, name: 'Bench service account', secret: SERVICE.secret, grantTypes: ['client_credentials'], scopes: ['bench'], resources: [RESOURCE] },
    ],
  });
}
