import { imageAddress } from '../address.ts';
import { type FormProps, type Maybe, type PageContext } from '../context.ts';
import { renderPage, type Scene } from '../page.tsx';
import { ErrorSummary } from '../parts/alert.tsx';
import { CancelLink, Submit } from '../parts/buttons.tsx';
import { Choice, Field, PasswordField, revealScript } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';
import { Policies } from '../parts/policies.tsx';
import { Name, Sentence } from '../parts/sentence.tsx';
import { counted } from '../words/words.ts';

/** Posts `login`, or what `nameField` says, and `password`. */
export interface SignInProps extends FormProps {
  /** Who asks; absent when somebody simply opened the sign-in page. */
  readonly applicationName?: Maybe<string>;
  /** Of the own origin or data:; others are left out. */
  readonly applicationLogoUrl?: Maybe<string>;
  readonly policyUrl?: Maybe<string>;
  readonly termsUrl?: Maybe<string>;
  /** Kept after an error, or hinted by the application. */
  readonly username?: Maybe<string>;
  /** What the name is posted as: CAS calls it `username` (CAS Protocol 3.0 §2.1.3). */
  readonly nameField?: 'login' | 'username' | undefined;
  /** The person is signed in and must prove it again (renew, prompt=login, max_age). */
  readonly mustSignIn?: boolean | undefined;
  /** Boxes that this sign-in offers; a box posts its own name. */
  readonly choices?: { readonly rememberMe: boolean; readonly warn: boolean } | undefined;
  readonly ticked?: readonly string[] | undefined;
  readonly problem?: Maybe<SignInProblem>;
  readonly cancelUrl?: Maybe<string>;
}

export type SignInProblem =
  | { readonly code: 'no_match' }
  | { readonly code: 'locked'; readonly minutes: number }
  | { readonly code: 'missing'; readonly login: boolean; readonly password: boolean }
  | { readonly code: 'form_expired' }
  | { readonly code: 'unavailable' };

export function signInPage(props: SignInProps, context: PageContext): string {
  return renderPage(context, (scene) => {
    const { fields, signIn, cancel } = scene.words;
    const problem = explained(scene, props.problem);
    const untouched = problem === undefined;
    const known = props.username != null && props.username !== '';
    const logo = imageAddress(props.applicationLogoUrl);
    return {
      title: props.mustSignIn === true ? signIn.headingAgain : signIn.heading,
      script: revealScript,
      body: (
        <>
          <div class="card">
            {logo === undefined ? null : <img class="app-logo" src={logo} alt="" width={40} height={40} />}
            <Heading props={props} scene={scene} />
            {problem === undefined ? null : <ErrorSummary {...problem} />}
            <Form form={props} stacked>
              <Field
                name={props.nameField ?? 'login'}
                id="login"
                label={fields.login}
                autocomplete="username webauthn"
                value={props.username}
                error={problem?.login}
                focus={untouched && !known}
                verbatim
              />
              <PasswordField
                scene={scene}
                name="password"
                label={fields.password}
                autocomplete="current-password"
                error={problem?.password}
                focus={untouched && known}
              />
              {props.choices?.rememberMe === true ? <Choice name="rememberMe" label={signIn.rememberMe} ticked={props.ticked} /> : null}
              {props.choices?.warn === true ? <Choice name="warn" label={signIn.warn} ticked={props.ticked} /> : null}
              <div class="actions">
                <Submit label={signIn.submit} />
                <CancelLink href={props.cancelUrl} label={cancel} />
              </div>
            </Form>
          </div>
          {props.applicationName == null ? null : (
            <Policies policyUrl={props.policyUrl} termsUrl={props.termsUrl} application={props.applicationName} scene={scene} />
          )}
        </>
      ),
    };
  });
}

function Heading({ props, scene }: { props: SignInProps; scene: Scene }) {
  const { signIn } = scene.words;
  const application = props.applicationName == null ? undefined : <Name>{props.applicationName}</Name>;
  if (props.mustSignIn === true) {
    return (
      <>
        <h1>{signIn.headingAgain}</h1>
        <p class="lead">
          {application === undefined ? signIn.again : <Sentence text={signIn.againFor} parts={{ application }} />}
        </p>
      </>
    );
  }
  if (application === undefined) return <h1>{signIn.heading}</h1>;
  return (
    <h1 class="asks">
      <Sentence text={signIn.headingFor} parts={{ application }} />
    </h1>
  );
}

interface Explained {
  readonly code: string;
  readonly text: string;
  readonly login?: string | undefined;
  readonly password?: string | undefined;
  readonly fields?: readonly (readonly [id: string, error: string])[];
}

function explained(scene: Scene, problem: Maybe<SignInProblem>): Explained | undefined {
  const { problems, signIn } = scene.words;
  switch (problem?.code) {
    case undefined:
      return undefined;
    case 'no_match':
      return { code: 'no_match', text: signIn.noMatch, password: signIn.typeAgain };
    case 'locked':
      return { code: 'locked', text: counted(problems.locked, problem.minutes, scene.lang) };
    case 'form_expired':
      return { code: 'form_expired', text: signIn.formExpired };
    case 'unavailable':
      return { code: 'unavailable', text: signIn.unavailable };
    case 'missing': {
      const login = problem.login ? problems.missing.login : undefined;
      const password = problem.password ? problems.missing.password : undefined;
      const fields = Object.entries({ login, password }).flatMap(([id, error]) => (error === undefined ? [] : [[id, error] as const]));
      return { code: 'missing', text: counted(problems.heading, fields.length, scene.lang), login, password, fields };
    }
  }
}
