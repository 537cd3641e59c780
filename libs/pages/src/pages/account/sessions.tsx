import { type ComponentChildren } from 'preact';
import { type Scene } from '../../page.tsx';
import { Form } from '../../parts/form.tsx';
import { Moment } from '../../parts/moment.tsx';
import { fill } from '../../words/words.ts';

export interface AccountSession {
  readonly sid: string;
  readonly current: boolean;
  readonly browser: string;
  readonly system: string;
  readonly network: string;
  readonly startedAt: string;
  readonly seenAt: string;
  /** Names of the applications entered in this session. */
  readonly applications: readonly string[];
}

export interface SessionsProps {
  readonly sessions: readonly AccountSession[];
  readonly endAction: string;
  readonly endAllAction: string;
  readonly formToken: string;
  readonly scene: Scene;
}

export function Sessions({ sessions, endAction, endAllAction, formToken, scene }: SessionsProps) {
  const { account } = scene.words;
  const sorted = [...sessions].sort((a, b) => Number(b.current) - Number(a.current) || (a.seenAt < b.seenAt ? 1 : -1));
  return (
    <section class="section" id="sessions" aria-labelledby="sessions-heading">
      <div class="section-head">
        <h2 id="sessions-heading">{account.sessions}</h2>
        <Form form={{ action: endAllAction, formToken }}>
          <button type="submit" id="end-all" class="quiet-danger">
            {account.everywhere}
          </button>
        </Form>
      </div>
      <p class="lead">{account.sessionsLead}</p>
      <ul class="card rows">
        {sorted.map((session) => (
          <li key={session.sid} class="row" data-sid={session.sid}>
            <SessionFacts session={session} scene={scene} />
            <Form form={{ action: endAction, formToken, hidden: [['sid', session.sid]] }}>
              <button type="submit" aria-label={fill(account.endSession, { device: deviceOf(session, scene) })}>
                {account.end}
              </button>
            </Form>
          </li>
        ))}
      </ul>
    </section>
  );
}

function SessionFacts({ session, scene }: { session: AccountSession; scene: Scene }) {
  const { account } = scene.words;
  return (
    <div>
      <h3>
        {deviceOf(session, scene)}
        {session.current ? <span class="badge">{account.thisDevice}</span> : null}
      </h3>
      <dl class="facts">
        <Fact label={account.since}>
          <Moment at={session.startedAt} scene={scene} />
        </Fact>
        <Fact label={account.seen}>
          <Moment at={session.seenAt} scene={scene} />
        </Fact>
        <Fact label={account.network}>{session.network}</Fact>
        {session.applications.length === 0 ? null : <Fact label={account.used}>{session.applications.join(', ')}</Fact>}
      </dl>
    </div>
  );
}

function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt> <dd>{children}</dd>
    </div>
  );
}

function deviceOf(session: AccountSession, scene: Scene): string {
  return fill(scene.words.account.device, { browser: session.browser, system: session.system });
}
