import { type Maybe } from '../../context.ts';
import { type Scene } from '../../page.tsx';
import { Moment } from '../../parts/moment.tsx';
import { counted, fill } from '../../words/words.ts';

/** The shape of a delivery as the rooms list it, less what a person does not need. */
export interface AccountDelivery {
  readonly applicationName: string;
  readonly state: 'trying' | 'delivered' | 'parked';
  readonly attempts: readonly DeliveryAttempt[];
  readonly queuedAt: string;
  readonly nextAt?: Maybe<string>;
}

export interface DeliveryAttempt {
  readonly at: string;
  readonly answer: string;
  readonly tookMs: number;
}

const tones = { delivered: 'good', trying: 'wait', parked: 'danger' } as const;

/** The ledger: which application was told, at which attempt, and what it answered. */
export function Deliveries({ deliveries, scene }: { deliveries: readonly AccountDelivery[]; scene: Scene }) {
  const { account } = scene.words;
  const sorted = [...deliveries].sort((a, b) => (a.queuedAt < b.queuedAt ? 1 : -1));
  const summary = (['delivered', 'trying', 'parked'] as const)
    .map((state) => [account.summary[state], deliveries.filter((delivery) => delivery.state === state).length] as const)
    .flatMap(([text, count]) => (count === 0 ? [] : [fill(text, { count })]))
    .join(' · ');
  return (
    <section class="section" id="deliveries" aria-labelledby="deliveries-heading">
      <h2 id="deliveries-heading">{account.deliveries}</h2>
      {sorted.length === 0 ? (
        <p class="card empty">{account.noDeliveries}</p>
      ) : (
        <>
          <p class="lead">{summary}</p>
          <ul class="card rows">
            {sorted.map((delivery, index) => (
              <Delivery key={index} delivery={delivery} scene={scene} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Delivery({ delivery, scene }: { delivery: AccountDelivery; scene: Scene }) {
  const { account } = scene.words;
  const last = delivery.attempts.length - 1;
  const earlier = delivery.attempts.slice(0, -1);
  return (
    <li data-state={delivery.state}>
      <div class="row folds">
        <h3>
          <bdi>{delivery.applicationName}</bdi>
        </h3>
        <p class={`state ${tones[delivery.state]}`}>{account[delivery.state]}</p>
      </div>
      <p class="facts">
        {last < 0 ? <span>{account.queued}</span> : <Attempt attempt={delivery.attempts[last] as DeliveryAttempt} number={last + 1} scene={scene} />}
        {delivery.state === 'trying' && delivery.nextAt != null ? (
          <span>
            {account.next} <Moment at={delivery.nextAt} scene={scene} />
          </span>
        ) : null}
      </p>
      {earlier.length === 0 ? null : (
        <details>
          <summary>{counted(account.earlier, earlier.length, scene.lang)}</summary>
          <ol class="attempts">
            {earlier.map((attempt, index) => (
              <li key={index} class="facts">
                <Attempt attempt={attempt} number={index + 1} scene={scene} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </li>
  );
}

function Attempt({ attempt, number, scene }: { attempt: DeliveryAttempt; number: number; scene: Scene }) {
  const { account } = scene.words;
  return (
    <>
      <span>{fill(account.attempt, { number, answer: attempt.answer, took: duration(attempt.tookMs) })}</span>
      <Moment at={attempt.at} scene={scene} />
    </>
  );
}

const duration = (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`);
