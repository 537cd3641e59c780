import { type ComponentChildren } from 'preact';
import { type FormProps } from '../../context.ts';
import { type Scene } from '../../page.tsx';
import { Form } from '../../parts/form.tsx';
import { Moment } from '../../parts/moment.tsx';
import { counted, fill } from '../../words/words.ts';

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
      <h2 id="sessions-heading">{account.sessions}</h2>
      <p class="lead">{account.sessionsLead}</p>
      <ul class="card rows">
        {sorted.map((session) => (
          <Session key={session.sid} session={session} end={{ action: endAction, formToken }} scene={scene} />
        ))}
        <li class="row folds middle">
          <p class="small muted">{counted(account.everywhereEffect, sessions.length, scene.lang)}</p>
          <div class="aside">
            <Form form={{ action: endAllAction, formToken }}>
              <button type="submit" id="end-all" class="quiet-danger">
                {account.everywhere}
              </button>
            </Form>
          </div>
        </li>
      </ul>
    </section>
  );
}

function Session({ session, end, scene }: { session: AccountSession; end: FormProps; scene: Scene }) {
  const { account } = scene.words;
  const device = fill(account.device, { browser: session.browser, system: session.system });
  return (
    <li class="row" data-sid={session.sid}>
      <h3 class="titled">
        <bdi>{device}</bdi>
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
      <div class="aside">
        <Form form={{ ...end, hidden: [['sid', session.sid]] }}>
          <button type="submit" aria-label={fill(account.endSession, { device })}>
            {account.end}
          </button>
        </Form>
      </div>
    </li>
  );
}

function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{label}</dt> <dd>{children}</dd>
    </div>
  );
}
