import type { Metrics, SecurityLog } from '@latchkey/runtime';

/** Hears of what is committed. */
export interface SessionsObserver {
  started(session: { readonly sid: string; readonly subject: string }): void;
  ended(session: { readonly sid: string; readonly reason: string }): void;
}

export const unobserved: SessionsObserver = { started: () => {}, ended: () => {} };

export function counted(metrics: Metrics, security: SecurityLog): SessionsObserver {
  return {
    started: ({ sid, subject }) => {
      metrics.count('latchkey_sessions_started_total');
      security.record('session.started', { sid, subject });
    },
    ended: ({ sid, reason }) => {
      metrics.count('latchkey_sessions_ended_total', { reason });
      security.record('session.ended', { sid, reason });
    },
  };
}
