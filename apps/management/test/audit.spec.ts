import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OnceHandler } from '@latchkey/bus';
import { EVENTS } from '@latchkey/contracts';
import { testDatabase } from '@latchkey/testing';
import { AuditMonths } from '../src/audit/audit-months.ts';
import { Audit } from '../src/audit/audit.ts';
import { listeners } from '../src/events.ts';
import { launchManagement, type Launched } from './launch.ts';

const at = '2026-11-24T10:00:00.123Z';
const PAYLOADS: Record<string, object> = {
  'session.started': { tenant: 'main', sessionId: 's1', subject: 'p1', at, revision: 1 },
  'session.ended': { tenant: 'main', sessionId: 's1', subject: 'p1', reason: 'idle', at, revision: 2 },
  'person.changed': { tenant: 'main', at, subject: 'p1', change: 'disabled', revision: 7 },
  'grant.revoked': { tenant: 'main', at, grantId: 'g1', client: 'calendar', subject: 'p1', reason: 'code-replayed' },
  'consent.recorded': { tenant: 'main', at, subject: 'p1', client: 'calendar', decision: 'granted', scopes: ['openid'] },
  'delivery.settled': { tenant: 'main', at, deliveryId: 'd1', sessionId: 's1', application: 'shop', room: 'cas', state: 'parked', attempts: 9, answer: 'HTTP 500' },
};

describe('the audit', () => {
  let m: Launched;
  let audit: Audit;
  let handlers: OnceHandler[];
  const rows = async (sql: string) => (await m.running.infra.postgres.query<{ name: string }>(sql)).rows.map(({ name }) => name);

  beforeAll(async () => {
    m = await launchManagement(await testDatabase([], { schema: 'management' }));
    audit = new Audit(m.running.infra.postgres, 'main');
    handlers = listeners(audit) as OnceHandler[];
  });
  afterAll(() => m.close());

  it('listens to every event that declares it as a consumer', () => {
    const declared = EVENTS.filter(({ consumers }) => consumers.includes('management')).map(({ name }) => name);
    expect(handlers.map(({ event }) => event.name).sort()).toEqual(declared.sort());
  });

  it('holds each fact once, however often it is told', async () => {
    for (let time = 0; time < 2; time += 1) {
      for (const { event, handle } of handlers)
        await m.running.infra.postgres.transaction((tx) => handle(event.schema.parse(PAYLOADS[event.name]) as never, tx));
    }
    const { items } = await audit.read({ since: at, until: '2026-11-24T10:00:00.124Z', limit: 50 });
    expect(items.map(({ action, actor, thing }) => `${action} of ${thing} by ${actor}`).sort()).toEqual([
      'consent.granted of client:calendar by person:p1',
      'delivery.parked of delivery:d1 by system',
      'grant.revoked of grant:g1 by system',
      'person.disabled of person:p1 by system',
      'session.ended of session:s1 by system',
      'session.started of session:s1 by person:p1',
    ]);
  });

  it('has partitions for this month and the next, however many replicas make them', async () => {
    const months = () => new AuditMonths(m.running.infra.postgres, 400).run();
    await Promise.all([months(), months(), months()]);
    const names = await rows("SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'audit'::regclass ORDER BY 1");
    expect(names).toHaveLength(3);
  });

  it('drops whole months that are older than the retention', async () => {
    await m.running.infra.postgres.query("CREATE TABLE audit_2020_01 PARTITION OF audit FOR VALUES FROM ('2020-01-01Z') TO ('2020-02-01Z')");
    await new AuditMonths(m.running.infra.postgres, 400).run();
    expect(await rows("SELECT relname AS name FROM pg_class WHERE relname = 'audit_2020_01'")).toEqual([]);
  });
});
