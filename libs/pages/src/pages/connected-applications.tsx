import { type Maybe, type PageContext } from '../context.ts';
import { renderPage, type Scene } from '../page.tsx';
import { Notice } from '../parts/alert.tsx';
import { Form } from '../parts/form.tsx';
import { Tick } from '../parts/icons.tsx';
import { Moment } from '../parts/moment.tsx';
import { Name, Sentence } from '../parts/sentence.tsx';
import { TextLink } from '../parts/text-link.tsx';
import { fill } from '../words/words.ts';

/** Each row posts `client` to `withdrawAction`. */
export interface ConnectedApplicationsProps {
  readonly applications: readonly ConnectedApplication[];
  readonly withdrawAction: string;
  readonly formToken: string;
  readonly accountUrl: string;
  /** Name of the application just withdrawn. */
  readonly withdrawn?: Maybe<string>;
}

export interface ConnectedApplication {
  readonly client: string;
  readonly name: string;
  readonly host?: Maybe<string>;
  readonly owner?: Maybe<string>;
  readonly permissions: readonly string[];
  readonly offline?: boolean | undefined;
  /** ISO 8601. */
  readonly grantedAt: string;
}

export function connectedApplicationsPage(props: ConnectedApplicationsProps, context: PageContext): string {
  return renderPage(context, (scene) => {
    const { account, connected } = scene.words;
    return {
      title: connected.heading,
      wide: true,
      body: (
        <>
          <h1>{connected.heading}</h1>
          <p class="lead">{connected.lead}</p>
          <nav class="links" aria-label={account.title}>
            <TextLink id="account" href={props.accountUrl} label={connected.account} />
          </nav>
          {props.withdrawn == null ? null : (
            <Notice>
              <Sentence text={connected.withdrawn} parts={{ application: <Name>{props.withdrawn}</Name> }} />
            </Notice>
          )}
          {props.applications.length === 0 ? (
            <p class="card empty">{connected.empty}</p>
          ) : (
            <ul class="card rows">
              {props.applications.map((application) => (
                <Application key={application.client} application={application} props={props} scene={scene} />
              ))}
            </ul>
          )}
        </>
      ),
    };
  });
}

function Application({ application, props, scene }: { application: ConnectedApplication; props: ConnectedApplicationsProps; scene: Scene }) {
  const { connected } = scene.words;
  const permissions = [...application.permissions, ...(application.offline === true ? [connected.offline] : [])];
  return (
    <li class="row folds">
      <div>
        <h2 class="item">
          <bdi>{application.name}</bdi>
        </h2>
        <p class="identity">
          {application.host == null ? null : <code>{application.host}</code>}{' '}
          {application.owner == null ? null : <Sentence text={connected.owner} parts={{ owner: <bdi>{application.owner}</bdi> }} />}
        </p>
        <ul class="points small" aria-label={connected.may}>
          {permissions.map((permission) => (
            <li key={permission}>
              <Tick />
              {permission}
            </li>
          ))}
        </ul>
        <dl class="facts">
          <div>
            <dt>{connected.since}</dt>{' '}
            <dd>
              <Moment at={application.grantedAt} scene={scene} />
            </dd>
          </div>
        </dl>
      </div>
      <div class="aside">
        <Form form={{ action: props.withdrawAction, formToken: props.formToken, hidden: [['client', application.client]] }}>
          <button type="submit" class="quiet-danger" aria-label={fill(connected.withdrawFrom, { application: application.name })}>
            {connected.withdraw}
          </button>
        </Form>
      </div>
    </li>
  );
}
