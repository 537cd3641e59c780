import { successResponse } from '@latchkey/oauth';
import type { Agreed } from './agreed.ts';
import type { Codes } from './codes.ts';
import type { Redirect } from './results.ts';

/** Phase 5: a code, and nothing else, goes to the client. */
export async function issue({ known: { checked, session }, at }: Agreed, codes: Codes): Promise<Redirect> {
  const { trusted, to, challenge, scopes, resources, nonce } = checked;
  const code = await codes.put(
    {
      subject: session.subject,
      sid: session.sid,
      authTime: session.authTime,
      acr: session.acr,
      amr: session.amr,
      scopes,
      resources,
      agreedAt: at,
      ...(nonce === undefined ? {} : { nonce }),
    },
    { client: trusted.client.id, redirectUri: trusted.redirectUri, challenge },
  );
  return { kind: 'redirect', response: successResponse(to, code), applicationName: trusted.client.name };
}
