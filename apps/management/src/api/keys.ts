import { tokenIssuerPeer } from '@latchkey/contracts';
import { z } from 'zod';
import { defineRoute, type Route } from './route.ts';

export const keys: readonly Route[] = [
  defineRoute({
    operation: 'rotateKeys',
    method: 'POST',
    path: '/admin/v1/keys/rotate',
    tag: 'keys',
    summary: 'Sign with the next key from now on; the one before is still published until its tokens are over',
    scope: 'admin',
    body: z
      .strictObject({ alg: z.enum(['RS256', 'ES256']).optional().describe('Default: all') })
      .prefault({})
      .meta({ id: 'RotateKeys' }),
    answers: {
      200: {
        description: 'What signs now',
        schema: z.object({ active: z.array(z.object({ kid: z.string(), alg: z.string() })) }).meta({ id: 'ActiveKeys' }),
      },
    },
    handle: async (call, { peers, tenant, audit }) => {
      const { active } = await peers.to(tokenIssuerPeer).rotateKeys({ tenant, alg: call.body.alg ?? null });
      await audit.recordAfter({ actor: call.actor.name, action: 'keys.rotated', thing: `keys:${call.body.alg ?? 'all'}`, detail: { active } });
      return { status: 200, body: { active } };
    },
  }),
];
