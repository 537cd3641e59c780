import { type Maybe, type PageContext } from '../context.ts';
import { renderPage, type Scene } from '../page.tsx';
import { Notice } from '../parts/alert.tsx';
import { Name, Sentence } from '../parts/sentence.tsx';
import { TextLink } from '../parts/text-link.tsx';
import { fill } from '../words/words.ts';
import { type AccountDelivery, Deliveries } from './account/deliveries.tsx';
import { type AccountSession, Sessions } from './account/sessions.tsx';

/** Each session posts `sid` to `endAction`; "Sign out everywhere" posts to `endAllAction`. Times are ISO 8601. */
export interface AccountProps {
  readonly name: string;
  readonly username: string;
  /** In any order: the page puts this device first, then the last seen. */
  readonly sessions: readonly AccountSession[];
  /** In any order: the page puts the newest first. */
  readonly deliveries: readonly AccountDelivery[];
  readonly endAction: string;
  readonly endAllAction: string;
  readonly formToken: string;
  readonly connectedApplicationsUrl: string;
  readonly passwordUrl: string;
  readonly signOutUrl: string;
  readonly notice?: Maybe<'session-ended' | 'signed-out-everywhere' | 'password-changed'>;
}

export function accountPage(props: AccountProps, context: PageContext): string {
  return renderPage(context, (scene) => {
    const { account } = scene.words;
    return {
      title: account.title,
      wide: true,
      body: (
        <>
          <h1>{fill(account.greeting, { name: props.name })}</h1>
          <p class="lead">
            <Sentence text={account.who} parts={{ username: <Name>{props.username}</Name> }} />
          </p>
          <Links props={props} scene={scene} />
          {props.notice == null ? null : <Notice>{account.notices[props.notice]}</Notice>}
          <Sessions {...props} scene={scene} />
          <Deliveries deliveries={props.deliveries} scene={scene} />
        </>
      ),
    };
  });
}

function Links({ props, scene }: { props: AccountProps; scene: Scene }) {
  const { account } = scene.words;
  return (
    <nav class="links" aria-label={account.title}>
      <TextLink id="connected" href={props.connectedApplicationsUrl} label={account.connected} />
      <TextLink id="change-password" href={props.passwordUrl} label={account.password} />
      <TextLink id="sign-out" href={props.signOutUrl} label={account.signOut} />
    </nav>
  );
}
