import { describe, expect, it } from '@jest/globals';
import { room as cas } from '@latchkey/cas';
import { room as consent } from '@latchkey/consent';
import { room as management } from '@latchkey/management';
import { room as sessionStore } from '@latchkey/session-store';
import { room as tokenIssuer } from '@latchkey/token-issuer';

describe('the front of the rooms apart', () => {
  it('leads to each room by the paths that the room says are its own, and to no other', async () => {
    const { ROUTES } = (await import(new URL('../../tools/split/front.mjs', import.meta.url).href)) as { ROUTES: { room: string; paths: string[] }[] };
    const own = [cas, consent, management, sessionStore, tokenIssuer].map(({ room, paths }) => ({ room: room as string, paths: [...paths] })).filter(({ paths }) => paths.length > 0);
    const inOrder = (routes: typeof own): typeof own => routes.map(({ room, paths }) => ({ room, paths: [...paths].sort() })).sort((a, b) => a.room.localeCompare(b.room));
    expect(inOrder(ROUTES)).toEqual(inOrder(own));
  });
});
