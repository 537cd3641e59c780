import { type FormProps, type Maybe, type PageContext } from '../context.ts';
import { renderPage } from '../page.tsx';
import { CancelLink, Submit } from '../parts/buttons.tsx';
import { Form } from '../parts/form.tsx';
import { Name, Sentence } from '../parts/sentence.tsx';

export interface LogoutConfirmProps extends FormProps {
  /** Who is signed in. */
  readonly name?: Maybe<string>;
  /** Who asks to sign out. */
  readonly applicationName?: Maybe<string>;
  readonly stayUrl?: Maybe<string>;
}

export function logoutConfirmPage(props: LogoutConfirmProps, context: PageContext): string {
  return renderPage(context, ({ words: { logout } }) => ({
    title: logout.heading,
    body: (
      <div class="card" id="logout-confirm">
        <h1>{logout.heading}</h1>
        {props.applicationName == null ? null : (
          <p class="lead">
            <Sentence text={logout.asks} parts={{ application: <Name>{props.applicationName}</Name> }} />
          </p>
        )}
        {props.name == null ? null : (
          <p class="lead">
            <Sentence text={logout.who} parts={{ name: <Name>{props.name}</Name> }} />
          </p>
        )}
        <p class="lead">{logout.effect}</p>
        <Form form={props}>
          <div class="actions">
            <Submit label={logout.submit} />
            <CancelLink href={props.stayUrl} label={logout.stay} />
          </div>
        </Form>
      </div>
    ),
  }));
}
