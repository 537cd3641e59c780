import { type PageContext } from '../context.ts';
import { renderPage } from '../page.tsx';
import { LinkButton } from '../parts/buttons.tsx';
import { Moment } from '../parts/moment.tsx';
import { Name, Sentence } from '../parts/sentence.tsx';

/** What stands after a sign-in that no application asked for. */
export interface SignedInProps {
  readonly name: string;
  readonly username: string;
  /** When the session started, ISO 8601. */
  readonly since: string;
  readonly accountUrl: string;
  readonly signOutUrl: string;
}

export function signedInPage(props: SignedInProps, context: PageContext): string {
  return renderPage(context, (scene) => {
    const { signedIn } = scene.words;
    return {
      title: signedIn.heading,
      body: (
        <div class="card">
          <h1>{signedIn.heading}</h1>
          <p class="lead">
            <Sentence
              text={signedIn.who}
              parts={{ name: <Name>{props.name}</Name>, username: <bdi>{props.username}</bdi>, since: <Moment at={props.since} scene={scene} /> }}
            />
          </p>
          <div class="actions">
            <LinkButton href={props.accountUrl} label={signedIn.account} primary />
            <LinkButton href={props.signOutUrl} label={signedIn.signOut} />
          </div>
        </div>
      ),
    };
  });
}
