import type { PendingDescription } from '@latchkey/contracts';
import type { CheckRules } from './request-checks.ts';
import { checkRequest } from './request-checks.ts';
import type { Pendings } from './pending.ts';
import { Outcome } from './results.ts';
import { establishTrust } from './trust.ts';

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  openid: 'Know that it is you',
  profile: 'See your name and profile',
  email: 'See your email address',
  address: 'See your postal address',
  phone: 'See your phone number',
  groups: 'See which groups you belong to',
  offline_access: 'Keep this access while you are away',
};

/** What the pages of other rooms show of a pending request. null for whatever would end on an error page. */
export async function describePending(
  pending: string,
  flow: string | null,
  parts: { pendings: Pendings; rules: CheckRules },
): Promise<PendingDescription | null> {
  try {
    const opened = await parts.pendings.open(pending, flow ?? undefined);
    if (opened === 'foreign' || opened === 'gone') return null;
    const trusted = establishTrust({ ...opened, pending, cancelled: false }, parts.rules.clients);
    const { client, redirectUri } = trusted;
    const { scopes, resources, prompt, maxAge, hint } = await checkRequest(trusted, parts.rules);
    return {
      interaction: opened.interaction,
      client: client.id,
      clientName: client.name,
      clientHost: new URL(redirectUri).host,
      clientOwner: client.owner ?? null,
      loginHint: trusted.parameters.one('login_hint') ?? null,
      mustSignIn: prompt.login || prompt.selectAccount || maxAge !== undefined || hint !== null,
      scopes: scopes.map((name) => {
        const described = parts.rules.clients.describe(name, resources);
        return { name, description: described?.description ?? DESCRIPTIONS[name] ?? name, resource: described?.resource ?? null };
      }),
    };
  } catch (error) {
    if (error instanceof Outcome) return null;
    throw error;
  }
}
