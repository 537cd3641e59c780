import { Fragment } from 'preact';
import { linkAddress } from '../address.ts';
import { type Link, type Maybe, type PageContext } from '../context.ts';
import { renderPage, type Scene } from '../page.tsx';
import { LinkButton } from '../parts/buttons.tsx';
import { fill } from '../words/words.ts';

export interface SignedOutProps {
  readonly applications: readonly SignedOutApplication[];
  /** The page asks for itself again after so many seconds while an application is still `trying`. */
  readonly refreshSeconds?: Maybe<number>;
  /** A way on: back to the application that asked, or to sign in again. */
  readonly continueTo?: Maybe<Link>;
  readonly signInUrl?: Maybe<string>;
}

export interface SignedOutApplication {
  readonly name: string;
  /** `unreachable`: it could not be told, the person closes it. */
  readonly state: 'told' | 'trying' | 'unreachable';
  /** Where the person can close it. */
  readonly url?: Maybe<string>;
  /** Own addresses that the browser opens to tell it: in frames, and in links for browsers that open none. */
  readonly bring?: readonly string[] | undefined;
}

const tones = { told: 'good', trying: 'wait', unreachable: 'danger' } as const;

export function signedOutPage(props: SignedOutProps, context: PageContext): string {
  return renderPage(context, (scene) => {
    const { signedOut } = scene.words;
    const refreshSeconds = props.applications.some(({ state }) => state === 'trying') ? (props.refreshSeconds ?? undefined) : undefined;
    return {
      title: signedOut.heading,
      ...(refreshSeconds === undefined ? {} : { refreshSeconds }),
      body: (
        <div class="card" id="signed-out">
          <h1>{signedOut.heading}</h1>
          <p class="lead">{lead(props.applications, scene)}</p>
          {props.applications.length === 0 ? null : (
            <ul class="plain">
              {props.applications.map((application, index) => (
                <Application key={index} application={application} scene={scene} />
              ))}
            </ul>
          )}
          {refreshSeconds === undefined ? null : <p class="note">{signedOut.refreshes}</p>}
          {props.continueTo == null && props.signInUrl == null ? null : (
            <div class="actions">
              {props.continueTo == null ? null : <LinkButton id="continue" href={props.continueTo.href} label={props.continueTo.label} primary />}
              <LinkButton href={props.signInUrl} label={signedOut.signIn} />
            </div>
          )}
        </div>
      ),
    };
  });
}

function lead(applications: readonly SignedOutApplication[], { words: { signedOut } }: Scene): string {
  if (applications.length === 0) return signedOut.done;
  if (applications.some(({ state }) => state === 'trying')) return signedOut.telling;
  return applications.every(({ state }) => state === 'told') ? signedOut.allTold : signedOut.notAllTold;
}

function Application({ application, scene }: { application: SignedOutApplication; scene: Scene }) {
  const { signedOut } = scene.words;
  const url = application.state === 'unreachable' ? linkAddress(application.url) : undefined;
  return (
    <li data-state={application.state}>
      <h2 class="item">
        <bdi>{application.name}</bdi>
      </h2>
      <p class={`state ${tones[application.state]}`}>{signedOut[application.state]}</p>
      {(application.bring ?? []).flatMap((address) => linkAddress(address) ?? []).map((address) => (
        <Fragment key={address}>
          <iframe class="unseen" src={address} title={fill(signedOut.bringing, { application: application.name })} tabIndex={-1} />
          <p class="links small">
            <a href={address} target="_blank" rel="noreferrer">
              {fill(signedOut.bring, { application: application.name })}
            </a>
          </p>
        </Fragment>
      ))}
      {url === undefined ? null : (
        <p class="links small">
          <a href={url} target="_blank" rel="noreferrer">
            {fill(signedOut.open, { application: application.name })}
          </a>
        </p>
      )}
    </li>
  );
}
