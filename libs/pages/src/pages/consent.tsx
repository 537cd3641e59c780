import { type FormProps, type Maybe, type PageContext } from '../context.ts';
import { cancelButtonId, decisionField, submitButtonId } from '../names.ts';
import { renderPage, type Scene } from '../page.tsx';
import { Form } from '../parts/form.tsx';
import { Cross, Tick } from '../parts/icons.tsx';
import { Policies } from '../parts/policies.tsx';
import { Name, Sentence } from '../parts/sentence.tsx';
import { TextLink } from '../parts/text-link.tsx';
import { fill } from '../words/words.ts';

/** Posts `decision` = `allow` | `deny`. */
export interface ConsentProps extends FormProps {
  readonly applicationName: string;
  /** The host that the registered redirect address verifies. */
  readonly host: string;
  readonly owner?: Maybe<string>;
  readonly policyUrl?: Maybe<string>;
  readonly termsUrl?: Maybe<string>;
  /** One line a permission, in words a person uses. */
  readonly permissions: readonly ConsentPermission[];
  /** The application also asks to go on when the person has signed out (offline_access). */
  readonly offline?: boolean | undefined;
  readonly person: { readonly name: string; readonly username: string };
  readonly notYouUrl: string;
  /** Where a decision is undone. */
  readonly connectedApplicationsUrl: string;
}

export interface ConsentPermission {
  readonly description: string;
  /** Who holds the thing, when it is not the operator: "Box Office". */
  readonly resource?: Maybe<string>;
  /** Agreed to before; the rest is new. */
  readonly alreadyAllowed?: boolean | undefined;
}

export function consentPage(props: ConsentProps, context: PageContext): string {
  return renderPage(context, (scene) => {
    const { consent, connected } = scene.words;
    return {
      title: fill(consent.title, { application: props.applicationName }),
      body: (
        <div class="card" id="consent">
          <h1 class="asks">
            <Sentence text={consent.heading} parts={{ application: <Name>{props.applicationName}</Name> }} />
          </h1>
          <Identity props={props} scene={scene} />
          <Permissions props={props} scene={scene} />
          <p class="who">
            <Sentence
              text={consent.who}
              parts={{ name: <Name>{props.person.name}</Name>, username: <bdi>{props.person.username}</bdi> }}
            />{' '}
            <TextLink id="not-you" href={props.notYouUrl} label={consent.notYou} />
          </p>
          <Form form={props}>
            <div class="actions pair">
              <button type="submit" id={submitButtonId} name={decisionField} value="allow">
                {consent.allow}
              </button>
              <button type="submit" id={cancelButtonId} name={decisionField} value="deny">
                {consent.deny}
              </button>
            </div>
          </Form>
          <p class="note">
            <Sentence
              text={consent.remembered}
              parts={{ link: <TextLink id="connected" href={props.connectedApplicationsUrl} label={connected.heading} /> }}
            />
          </p>
        </div>
      ),
    };
  });
}

function Identity({ props, scene }: { props: ConsentProps; scene: Scene }) {
  const { consent } = scene.words;
  return (
    <>
      <dl class="facts stacked">
        <div>
          <dt>{consent.host}</dt>{' '}
          <dd>
            <code>{props.host}</code>
          </dd>
        </div>
        {props.owner == null ? null : (
          <div>
            <dt>{consent.owner}</dt> <dd>{props.owner}</dd>
          </div>
        )}
      </dl>
      <Policies policyUrl={props.policyUrl} termsUrl={props.termsUrl} application={props.applicationName} scene={scene} />
    </>
  );
}

function Permissions({ props, scene }: { props: ConsentProps; scene: Scene }) {
  const { consent } = scene.words;
  const not = [consent.notPassword, ...(props.offline === true ? [] : [consent.notOffline]), consent.notElse];
  return (
    <>
      <section class="group" aria-labelledby="gets">
        <h2 class="item" id="gets">
          {consent.gets}
        </h2>
        <ul class="points">
          {props.permissions.map((permission, index) => (
            <li key={index}>
              <Tick />
              <Permission permission={permission} scene={scene} />
            </li>
          ))}
          {props.offline === true ? (
            <li>
              <Tick />
              {consent.offline}
            </li>
          ) : null}
        </ul>
      </section>
      <section class="group" aria-labelledby="gets-not">
        <h2 class="item" id="gets-not">
          {consent.not}
        </h2>
        <ul class="points not">
          {not.map((text) => (
            <li key={text}>
              <Cross />
              {text}
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}

function Permission({ permission, scene }: { permission: ConsentPermission; scene: Scene }) {
  const { consent } = scene.words;
  return (
    <>
      {permission.description}
      {permission.resource == null ? null : (
        <span class="muted">
          {' '}
          <Sentence text={consent.at} parts={{ resource: <bdi>{permission.resource}</bdi> }} />
        </span>
      )}
      {permission.alreadyAllowed === true ? <span class="small muted"> ({consent.already})</span> : null}
    </>
  );
}
