/**
 * What was answered to whom, kept by the harness alone: the product is held against this record, never against what it says
 * of itself.
 */
export class Ledger {
  /** By sid: those whose cookie a person held. */
  sessions = new Map();
  /** How often each single-use value was presented and how often it had an effect. */
  tickets = new Map();
  codes = new Map();
  /** Everything that was asked: { name, sent, answered, outcome }. */
  steps = [];
  violations = [];

  constructor(log = () => {}) {
    this.log = log;
  }

  violated(rule, detail) {
    this.violations.push({ rule, detail });
    this.log(`BROKEN: ${rule}: ${detail}`);
  }

  /** A session as its holder knows it. `ending` is set when its sign-out was first asked, `ended` when that was answered. */
  opened(session) {
    this.sessions.set(session.sid, { ...session, validated: [], access: [], refresh: [], inWeb: false, ending: undefined, ended: undefined, askedTimes: 0 });
    return this.sessions.get(session.sid);
  }

  presented(values, value, successes) {
    const known = values.get(value) ?? { presented: 0, effects: 0 };
    known.presented += 1;
    known.effects += successes;
    values.set(value, known);
    return known;
  }

  get ended() {
    return [...this.sessions.values()].filter(({ ended }) => ended !== undefined);
  }

  /** Does and notes one step. `outcome`: done, refused (a clear no) or failed (nobody knows). */
  async step(name, work) {
    const step = { name, sent: performance.now(), answered: undefined, outcome: 'failed', why: undefined };
    this.steps.push(step);
    try {
      const result = await work();
      step.outcome = 'done';
      return result;
    } catch (error) {
      if (error instanceof Refused) step.outcome = 'refused';
      step.why = error.message;
      throw error;
    } finally {
      step.answered = performance.now();
    }
  }

  count(outcome) {
    return this.steps.filter((step) => step.outcome === outcome).length;
  }
}

/** The product said no, clearly. */
export class Refused extends Error {
  name = 'Refused';
}
