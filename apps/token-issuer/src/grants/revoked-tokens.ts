import type { Database, Statement } from '@latchkey/store';

const PUT: Statement = {
  name: 'revoked_token_put',
  text: `INSERT INTO revoked_token (tenant, jti, expires_at) VALUES ($1, $2, to_timestamp($3)) ON CONFLICT DO NOTHING`,
};
const HAS: Statement = { name: 'revoked_token_has', text: `SELECT 1 FROM revoked_token WHERE tenant = $1 AND jti = $2` };
const SWEEP: Statement = { name: 'revoked_token_sweep', text: `DELETE FROM revoked_token WHERE tenant = $1 AND expires_at < now() - interval '1 minute'` };

/** Revoked access tokens that no grant stands behind: without a row to mark, the token itself is named. */
export class RevokedTokens {
  constructor(private readonly options: { database: Database; tenant: string }) {}

  async put(jti: string, exp: number): Promise<void> {
    await this.options.database.query(PUT, [this.options.tenant, jti, exp]);
  }

  async has(jti: string): Promise<boolean> {
    return (await this.options.database.query(HAS, [this.options.tenant, jti])).count > 0;
  }

  async sweep(): Promise<void> {
    await this.options.database.query(SWEEP, [this.options.tenant]);
  }
}
