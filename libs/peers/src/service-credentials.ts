import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import type { Room } from '@latchkey/contracts';
import jwt from 'jsonwebtoken';

export interface ServiceKeys {
  readonly room: Room;
  readonly privateKey: KeyObject;
  /**
   * Public halves of every room that may ask this one: the one in use first. Configuration, so that no room needs another to start.
   * Two while a room changes its key: first everybody learns the new one, then the room signs with it, then the old one is dropped.
   */
  readonly publicKeys: ReadonlyMap<Room, readonly KeyObject[]>;
}

const LIFE_S = 300;
const RENEW_BEFORE_S = 60;
const AUDIENCE = (room: Room): string => `latchkey:${room}`;

/** Signs the 5-minute, audience-bound ES256 tokens by which a room shows who is asking. */
export class ServiceCredentials {
  private readonly tokens = new Map<Room, { token: string; renewAt: number }>();
  private readonly keyid: string;

  constructor(
    private readonly keys: ServiceKeys,
    private readonly now: () => number,
  ) {
    this.keyid = keyId(createPublicKey(keys.privateKey));
  }

  for(to: Room): string {
    const now = Math.floor(this.now() / 1000);
    const held = this.tokens.get(to);
    if (held !== undefined && now < held.renewAt) return held.token;
    const token = jwt.sign({ iat: now, exp: now + LIFE_S, jti: randomUUID() }, this.keys.privateKey, {
      algorithm: 'ES256',
      issuer: this.keys.room,
      audience: AUDIENCE(to),
      keyid: this.keyid,
    });
    this.tokens.set(to, { token, renewAt: now + LIFE_S - RENEW_BEFORE_S });
    return token;
  }
}

/** What a passport-jwt strategy of this room needs: everything pinned, keys as KeyObjects. */
export function credentialRules(keys: ServiceKeys): {
  algorithms: ['ES256'];
  audience: string;
  issuers: string[];
  /** A token that names no key (version 0.1) is held to the first one. */
  keyOf(issuer: string, kid?: string): KeyObject | undefined;
} {
  const byRoom = new Map([...keys.publicKeys].map(([room, all]) => [room as string, { first: all[0], byId: new Map(all.map((key) => [keyId(key), key])) }]));
  return {
    algorithms: ['ES256'],
    audience: AUDIENCE(keys.room),
    issuers: [...keys.publicKeys.keys()],
    keyOf: (issuer, kid) => (kid === undefined ? byRoom.get(issuer)?.first : byRoom.get(issuer)?.byId.get(kid)),
  };
}

/** Keys for rooms that share one process: made at start, never stored. */
export function embeddedServiceKeys(rooms: readonly Room[]): Map<Room, ServiceKeys> {
  const pairs = new Map(rooms.map((room) => [room, generateKeyPairSync('ec', { namedCurve: 'P-256' })]));
  const publicKeys = new Map([...pairs].map(([room, pair]) => [room, [pair.publicKey]]));
  return new Map([...pairs].map(([room, pair]) => [room, { room, privateKey: pair.privateKey, publicKeys }]));
}

/** Keys from configuration: the room's private key in PEM, and `{"cas": "<public PEM>", …}` or a list of them. */
export function configuredServiceKeys(room: Room, privatePem: string, publicPems: Readonly<Record<string, string | readonly string[]>>): ServiceKeys {
  return {
    room,
    privateKey: createPrivateKey(privatePem),
    publicKeys: new Map(Object.entries(publicPems).map(([name, pem]) => [name as Room, [pem].flat().map((each) => createPublicKey(each))])),
  };
}

function keyId(key: KeyObject): string {
  return createHash('sha256').update(key.export({ type: 'spki', format: 'der' })).digest('base64url').slice(0, 22);
}
