import { createHmac, timingSafeEqual } from 'node:crypto';

export interface MacKey {
  readonly id: string;
  readonly secret: Buffer;
}

export interface RefreshToken {
  /** Of the grant. */
  readonly id: string;
  readonly generation: number;
  readonly keyId: string;
}

const FORM = /^([A-Za-z0-9_-]{1,64})\.(0|[1-9]\d{0,8})\.([A-Za-z0-9_-]{1,16})\.([A-Za-z0-9_-]{43})$/;

/** `id.generation.key.MAC`: the same grant, generation and key give the same token, so a retry gets the same successor. */
export function formatRefreshToken(key: MacKey, tenant: string, id: string, generation: number): string {
  return `${id}.${generation}.${key.id}.${mac(key, tenant, id, generation).toString('base64url')}`;
}

/** null for what we never issued; costs no query. */
export function parseRefreshToken(find: (id: string) => MacKey | undefined, tenant: string, given: string): RefreshToken | null {
  const parts = FORM.exec(given);
  if (parts === null) return null;
  const [, id = '', generation = '', keyId = '', claimed = ''] = parts;
  const key = find(keyId);
  if (key === undefined) return null;
  const is = Buffer.from(claimed, 'base64url');
  const must = mac(key, tenant, id, Number(generation));
  if (is.toString('base64url') !== claimed || is.length !== must.length || !timingSafeEqual(is, must)) return null;
  return { id, generation: Number(generation), keyId };
}

function mac(key: MacKey, tenant: string, id: string, generation: number): Buffer {
  return createHmac('sha256', key.secret).update(`refresh-token\0${tenant}\0${id}\0${generation}`).digest();
}
