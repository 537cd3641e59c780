// Apereo CAS as the conformance suite starts it, with the whole compiler, over plain http and with nothing in front.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rootCertificates } from 'node:tls';
import { start } from '../../conformance/cas/targets/apereo-cas.mjs';
import { PASSWORD, PEOPLE, SERVICE_URL } from '../operations/latchkey.mjs';
import { answerHarness } from './answer-harness.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'latchkey-bench-apereo-'));
const authority = path.join(folder, 'authority.pem');
writeFileSync(authority, rootCertificates[0]);
const people = Array.from({ length: PEOPLE }, (_, index) => ({ username: `bench${index}`, password: PASSWORD, attributes: { email: [`bench${index}@bench.example`] } }));
let port;
const server = await start({
  services: [{ id: 'service', url: SERVICE_URL, pgtUrls: [] }],
  people,
  authority,
  folder,
  front: { origin: 'http://localhost:8080', handOnTo: (taken) => (port = taken) },
  log: (line) => process.stderr.write(`  ${line}\n`),
  options: { java: ['-Xmx1g'] },
});

answerHarness({
  url: `http://127.0.0.1:${port}`,
  databasePid: null,
  serverPid: server.pid,
  async stop() {
    await server.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  },
});
