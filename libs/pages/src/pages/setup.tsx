import { type FormProps, type Maybe, type PageContext } from '../context.ts';
import { renderPage } from '../page.tsx';
import { ErrorSummary } from '../parts/alert.tsx';
import { Submit } from '../parts/buttons.tsx';
import { Field, PasswordField, revealScript } from '../parts/field.tsx';
import { Form } from '../parts/form.tsx';
import { codeOf, explain, type ExplainedField, type FieldProblem } from '../problems.ts';
import { counted, fill } from '../words/words.ts';

/** Posts `name`, `login` and `password`. The one-time link's secret travels in `hidden`. */
export interface SetupProps extends FormProps {
  readonly name?: Maybe<string>;
  readonly username?: Maybe<string>;
  readonly minLength: number;
  readonly problems?: Maybe<{
    readonly name?: Maybe<FieldProblem>;
    readonly login?: Maybe<FieldProblem>;
    readonly password?: Maybe<FieldProblem>;
  }>;
}

export function setupPage(props: SetupProps, context: PageContext): string {
  return renderPage(context, (scene) => {
    const { fields, setup, problems } = scene.words;
    const checked: readonly ExplainedField[] = [
      { id: 'name', problem: props.problems?.name, missing: 'name' },
      { id: 'login', problem: props.problems?.login, missing: 'newLogin' },
      { id: 'password', problem: props.problems?.password, missing: 'newPassword' },
    ];
    const errors = explain(scene, props.minLength, checked);
    const heading = fill(setup.heading, { operator: scene.operator });
    return {
      title: heading,
      script: revealScript,
      body: (
        <div class="card">
          <h1>{heading}</h1>
          <p class="lead">{setup.lead}</p>
          {errors.size === 0 ? null : <ErrorSummary code={codeOf(checked)} text={counted(problems.heading, errors.size, scene.lang)} fields={[...errors]} />}
          <Form form={props} stacked>
            <Field name="name" label={fields.name} autocomplete="name" value={props.name} error={errors.get('name')} focus={errors.size === 0} />
            <Field name="login" label={fields.login} autocomplete="username" value={props.username} error={errors.get('login')} verbatim />
            <PasswordField
              scene={scene}
              name="password"
              label={fields.password}
              autocomplete="new-password"
              hint={counted(fields.newPasswordHint, props.minLength, scene.lang)}
              error={errors.get('password')}
            />
            <div class="actions">
              <Submit label={setup.submit} />
            </div>
          </Form>
        </div>
      ),
    };
  });
}
