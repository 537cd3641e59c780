import { formAddress } from '../address.ts';
import { type HiddenFields, type Maybe, type PageContext } from '../context.ts';
import { submitButtonId } from '../names.ts';
import { renderPage } from '../page.tsx';
import { Name, Sentence } from '../parts/sentence.tsx';

/**
 * Carries an answer to an application in a form that sends itself; with script off a button sends it.
 * @see OAuth 2.0 Form Post Response Mode §2, CAS 3.0 §2.1.1 (method=POST)
 */
export interface FormPostProps {
  readonly action: string;
  readonly fields: HiddenFields;
  readonly applicationName?: Maybe<string>;
}

/** By way of the prototype: a field named `submit` would hide the form's own method. */
const sendScript = `HTMLFormElement.prototype.submit.call(document.querySelector('form'));`;

export function formPostPage(props: FormPostProps, context: PageContext): string {
  return renderPage(context, ({ words: { formPost } }) => ({
    title: formPost.heading,
    script: sendScript,
    body: (
      <div class="card">
        <h1>
          {props.applicationName == null ? (
            formPost.heading
          ) : (
            <Sentence text={formPost.headingFor} parts={{ application: <Name>{props.applicationName}</Name> }} />
          )}
        </h1>
        <p class="lead">{formPost.lead}</p>
        <form method="post" action={formAddress(props.action)}>
          {props.fields.map(([name, value], index) => (
            <input type="hidden" key={index} name={name} value={value} />
          ))}
          <div class="actions">
            <button type="submit" id={submitButtonId} class="primary">
              {formPost.submit}
            </button>
          </div>
        </form>
      </div>
    ),
  }));
}
