import { clientEntry, resourceEntry, type ClientEntry, type ResourceEntry } from '@latchkey/contracts';
import type { RegistryChange } from '../registry/registry-change.ts';

export const ADMINISTRATORS = 'latchkey-admins';
export const CONSOLE_CLIENT = 'latchkey-admin';

export const adminAudience = (publicUrl: string): string => `${publicUrl}/admin`;

/** The admin API as a resource server of our own. */
export function adminResource(publicUrl: string): ResourceEntry {
  return resourceEntry.parse({
    id: adminAudience(publicUrl),
    name: 'Latchkey administration',
    scopes: [
      { name: 'admin', description: 'Change services, clients, people and sessions of this Latchkey' },
      { name: 'admin:read', description: 'See services, clients, people, sessions and the audit of this Latchkey' },
    ],
  });
}

/** A public client with PKCE, by which an administrator gets a token for the admin API. */
export function consoleClient(publicUrl: string): ClientEntry {
  return clientEntry.parse({
    id: CONSOLE_CLIENT,
    name: 'Latchkey administration',
    redirectUris: [`${publicUrl}/admin/callback`],
    postLogoutRedirectUris: [`${publicUrl}/admin`],
    grantTypes: ['authorization_code'],
    authentication: 'none',
    scopes: ['openid', 'profile', 'admin', 'admin:read'],
    resources: [adminAudience(publicUrl)],
    firstParty: true,
    groups: [ADMINISTRATORS],
  });
}

/** At each start. The resource's id holds the public URL: after a move the one of the old address goes. */
export async function putBuiltIn(change: RegistryChange, publicUrl: string): Promise<void> {
  for (const { id, origin } of await change.list('resource')) {
    if (origin === 'built-in' && id !== adminAudience(publicUrl)) await change.delete('resource', id);
  }
  await change.put('resource', adminResource(publicUrl), 'built-in');
  await change.put('client', consoleClient(publicUrl), 'built-in');
}
