import { type FormProps, type Maybe, type PageContext } from '../context.ts';
import { renderPage, type Scene } from '../page.tsx';
import { ErrorSummary } from '../parts/alert.tsx';
import { CancelLink, Submit } from '../parts/buttons.tsx';
import { Field, PasswordField, revealScript } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';
import { codeOf, explain, type ExplainedField, type FieldProblem } from '../problems.ts';
import { counted } from '../words/words.ts';

/** Posts `current` and `password` (the new one). */
export interface PasswordProps extends FormProps {
  /** Shown, and read by password managers. */
  readonly username: string;
  readonly minLength: number;
  readonly problems?: Maybe<{ readonly current?: Maybe<FieldProblem>; readonly password?: Maybe<FieldProblem> }>;
  readonly lockedMinutes?: Maybe<number>;
  readonly cancelUrl: string;
}

export function passwordPage(props: PasswordProps, context: PageContext): string {
  return renderPage(context, (scene) => {
    const { fields, password, cancel } = scene.words;
    const checked: readonly ExplainedField[] = [
      { id: 'current', problem: props.problems?.current, missing: 'current' },
      { id: 'password', problem: props.problems?.password, missing: 'newPassword' },
    ];
    const errors = explain(scene, props.minLength, checked);
    return {
      title: password.heading,
      script: revealScript,
      body: (
        <div class="card">
          <h1>{password.heading}</h1>
          <p class="lead">{password.lead}</p>
          <Problems props={props} scene={scene} errors={errors} code={codeOf(checked)} />
          <Form form={props} stacked>
            <Field name="username" label={fields.login} autocomplete="username" value={props.username} readOnly verbatim />
            <PasswordField
              scene={scene}
              name="current"
              label={fields.currentPassword}
              autocomplete="current-password"
              error={errors.get('current')}
              focus={errors.size === 0 && props.lockedMinutes == null}
            />
            <PasswordField
              scene={scene}
              name="password"
              label={fields.newPassword}
              autocomplete="new-password"
              hint={counted(fields.newPasswordHint, props.minLength, scene.lang)}
              error={errors.get('password')}
            />
            <div class="actions">
              <Submit label={password.submit} />
              <CancelLink href={props.cancelUrl} label={cancel} />
            </div>
          </Form>
        </div>
      ),
    };
  });
}

function Problems({ props, scene, errors, code }: { props: PasswordProps; scene: Scene; errors: ReadonlyMap<string, string>; code: string }) {
  const { problems } = scene.words;
  if (props.lockedMinutes != null) return <ErrorSummary code="locked" text={counted(problems.locked, props.lockedMinutes, scene.lang)} />;
  return errors.size === 0 ? null : <ErrorSummary code={code} text={counted(problems.heading, errors.size, scene.lang)} fields={[...errors]} />;
}
