import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { PASSWORD, PEOPLE, SERVICE_URL } from '../../bench/operations/latchkey.mjs';
import { CLIENT } from '../../bench/operations/oauth.mjs';

/** Whom and what the load signs in. JSON is YAML. */
export function declarationFile(folder) {
  const file = path.join(folder, 'measure.yaml');
  const declaration = {
    people: Array.from({ length: PEOPLE }, (_, index) => ({ username: `bench${index}`, name: `Bench ${index}`, password: PASSWORD, attributes: { email: [`bench${index}@example.org`] } })),
    services: [{ id: 'bench', name: 'Bench service', urls: [SERVICE_URL], attributes: ['email', 'name'], logout: { type: 'none' } }],
    clients: [{ id: CLIENT.id, name: 'Bench', redirectUris: [CLIENT.redirectUri], secret: CLIENT.secret, grantTypes: ['authorization_code', 'refresh_token'], scopes: ['openid', 'offline_access'], firstParty: true, idTokenAlg: 'ES256' }],
  };
  writeFileSync(file, JSON.stringify(declaration));
  return file;
}
