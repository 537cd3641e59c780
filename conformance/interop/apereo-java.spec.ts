import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { ClientSettings } from './cas-client-site.ts';
import { casClientRules } from './cas-client-rules.ts';
import { environmentOf, installed } from './cas-client-install.ts';
import { startProgram, type Program } from './program.ts';

const source = fileURLToPath(new URL('./clients/apereo-java/Application.java', import.meta.url));

/** Java translates one file by itself before it runs it. */
async function start(settings: ClientSettings): Promise<Program> {
  const { java, keytool, classPath } = await (await installed()).apereoJava();
  const trust = join(settings.folder, 'trust.p12');
  await promisify(execFile)(keytool, ['-importcert', '-noprompt', '-alias', 'tests', '-file', settings.authority, '-keystore', trust, '-storetype', 'PKCS12', '-storepass', 'changeit']);
  const flags = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', `-Djavax.net.ssl.trustStore=${trust}`, '-Djavax.net.ssl.trustStorePassword=changeit'];
  return startProgram({
    program: java,
    args: [...flags, '-cp', classPath, source],
    port: settings.port,
    environment: environmentOf(settings),
    folder: settings.folder,
    patienceMs: 180_000,
  });
}

// The client leaves its way out to the application.
casClientRules({ name: "Apereo's Java client", start, proxies: true, protocols: ['/v1', '/v2', '/saml'] });
