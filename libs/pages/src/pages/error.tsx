import { type Link, type Maybe, type PageContext } from '../context.ts';
import { renderPage } from '../page.tsx';
import { LinkButton } from '../parts/buttons.tsx';

export interface ErrorPageProps {
  readonly status: number;
  /** Stable, for machines: stands in `data-error` and on the page. */
  readonly code: string;
  /** What happened, in a few words. */
  readonly title: string;
  /** What to do about it. */
  readonly message: string;
  /** What a person quotes to the operator: the trace id, shortened. */
  readonly supportCode?: Maybe<string>;
  readonly back?: Maybe<Link>;
  /** One of `fixedPhrases`, shown as it is in every language. */
  readonly phrase?: Maybe<string>;
}

export function errorPage(props: ErrorPageProps, context: PageContext): string {
  return renderPage(context, (scene) => {
    const { error } = scene.words;
    return {
      title: props.title,
      body: (
        <div class="card" id="error" data-error={props.code} data-status={props.status}>
          <h1>{props.title}</h1>
          <p class="lead">{props.message}</p>
          {props.back == null ? null : (
            <div class="actions">
              <LinkButton id="back" href={props.back.href} label={props.back.label} primary />
            </div>
          )}
          <dl class="details">
            {props.phrase == null ? null : <Detail label={error.phrase} value={props.phrase} />}
            <Detail label={error.code} value={props.code} />
            {props.supportCode == null ? null : <Detail label={error.support} value={props.supportCode} />}
          </dl>
        </div>
      ),
    };
  });
}

function Detail({ label, value }: { label: string; value: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <code>{value}</code>
      </dd>
    </div>
  );
}
