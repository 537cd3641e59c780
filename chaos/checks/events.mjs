import { until } from '../../tools/services/processes.mjs';

const SCHEMAS = ['cas', 'session', 'token', 'consent', 'management'];

/** What stands in the truth, and what each consumer made of it. Every pair must be equal, or an event was lost or applied twice. */
const PAIRS = [
  ['session.ended at cas', 'SELECT count(*) FROM session.session WHERE ended_at IS NOT NULL', 'SELECT count(*) FROM cas.inbox'],
  ['session.ended at token-issuer', 'SELECT count(*) FROM session.session WHERE ended_at IS NOT NULL', 'SELECT count(*) FROM token.inbox'],
  ['session.ended at management', 'SELECT count(*) FROM session.session WHERE ended_at IS NOT NULL', audit('session.ended')],
  ['session.started at management', 'SELECT count(*) FROM session.session', audit('session.started')],
  ['grant.revoked at management', 'SELECT count(*) FROM token."grant" WHERE revoked_at IS NOT NULL', audit('grant.revoked')],
  ['delivery.settled at management', `SELECT (SELECT count(*) FROM cas.delivery WHERE state = 'delivered') + (SELECT count(*) FROM token.delivery WHERE state = 'delivered')`, audit('delivery.delivered')],
  ['all events at management', `SELECT count(*) FROM management.audit WHERE split_part(id, ':', 1) = action`, 'SELECT count(*) FROM management.inbox'],
  ['deliveries to a service, one a ticket', 'SELECT count(*) FROM cas.delivery', `SELECT count(DISTINCT payload ->> 'ticket') FROM cas.delivery`],
  ['deliveries to a client, one a session', 'SELECT count(*) FROM token.delivery', 'SELECT count(DISTINCT (sid, application)) FROM token.delivery'],
];

/** INV-6, waiting `ms` at most until everything is settled. */
export async function checkEvents({ truth, ledger, ms }) {
  const began = performance.now();
  let state;
  const settled = await until(async () => (state = await look(truth)).faults.length === 0, { ms, everyMs: 200 });
  if (!settled) for (const fault of state.faults) ledger.violated('events are not settled, lost or doubled (INV-6)', fault);
  await checkRecord({ truth, ledger });
  return { settledMs: performance.now() - began, ended: state.counts.get('session.ended at cas'), events: state.counts.get('all events at management'), deliveries: state.counts.get('delivery.settled at management') };
}

async function look(truth) {
  const faults = [];
  const counts = new Map();
  for (const schema of SCHEMAS) {
    for (const table of ['outbox', 'parked']) {
      const count = await truth.count(`SELECT count(*) FROM ${schema}.${table}`);
      if (count > 0) faults.push(`${count} rows in ${schema}.${table}`);
    }
  }
  for (const schema of ['cas', 'token']) {
    const trying = await truth.count(`SELECT count(*) FROM ${schema}.delivery WHERE state <> 'delivered'`);
    if (trying > 0) faults.push(`${trying} deliveries of ${schema} are not delivered`);
  }
  for (const [what, left, right] of PAIRS) {
    const [one, other] = [await truth.count(left), await truth.count(right)];
    counts.set(what, one);
    if (one !== other) faults.push(`${what}: ${one} and ${other}`);
  }
  return { faults, counts };
}

/** The truth against our own record: whoever was told “signed out” is signed out there, and whoever was not is not. */
async function checkRecord({ truth, ledger }) {
  const rows = await truth.rows('SELECT sid, ended_at IS NOT NULL AS ended FROM session.session');
  const known = new Map(rows.map(({ sid, ended }) => [sid, ended]));
  for (const { sid, ended, ending } of ledger.sessions.values()) {
    if (!known.has(sid)) ledger.violated('a session that was answered is not in the truth', sid);
    else if (ended !== undefined && !known.get(sid)) ledger.violated('a sign-out that was answered is not in the truth (INV-3)', sid);
    else if (ending === undefined && known.get(sid)) ledger.violated('a session ended that nobody ended', sid);
  }
}

function audit(action) {
  return `SELECT count(*) FROM management.audit WHERE action = '${action}'`;
}
