import type { Authentication } from '@latchkey/oauth';

/** One sign-in of a person at a client, and what the client got from it. */
export interface Grant {
  readonly id: string;
  readonly client: string;
  readonly offline: boolean;
  readonly scopes: readonly string[];
  readonly resources: readonly string[];
  readonly authentication: Authentication;
  readonly macKey: string;
  readonly generation: number;
  readonly rotatedAt: Date;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
  readonly reason: string | null;
}

export interface GrantRow {
  readonly id: string;
  readonly client: string;
  readonly subject: string;
  readonly sid: string;
  readonly offline: boolean;
  readonly scopes: string[];
  readonly resources: string[];
  readonly auth_time: string;
  readonly acr: string;
  readonly amr: string[];
  readonly mac_key: string;
  readonly generation: number;
  readonly rotated_at: Date;
  readonly created_at: Date;
  readonly expires_at: Date;
  readonly revoked_at: Date | null;
  readonly reason: string | null;
}

export function toGrant(row: GrantRow): Grant {
  return {
    id: row.id,
    client: row.client,
    offline: row.offline,
    scopes: row.scopes,
    resources: row.resources,
    authentication: { subject: row.subject, sid: row.sid, authTime: Number(row.auth_time), acr: row.acr, amr: row.amr },
    macKey: row.mac_key,
    generation: row.generation,
    rotatedAt: row.rotated_at,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    reason: row.reason,
  };
}

/** The week in which the id was made: the partition that holds the row. */
export function periodOfId(id: string): string {
  return id.slice(0, 2);
}
