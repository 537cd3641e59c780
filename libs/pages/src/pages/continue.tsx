import { type FormProps, type Maybe, type PageContext } from '../context.ts';
import { renderPage } from '../page.tsx';
import { CancelLink, Submit } from '../parts/buttons.tsx';
import { Form } from '../parts/form.tsx';
import { Name, Sentence } from '../parts/sentence.tsx';

/** Asks before an application is entered with the session that there is. @see CAS Protocol 3.0 §2.2.1 warn */
export interface ContinueProps extends FormProps {
  readonly applicationName: string;
  readonly applicationHost: string;
  readonly stayUrl?: Maybe<string>;
}

export function continuePage(props: ContinueProps, context: PageContext): string {
  return renderPage(context, ({ words: { goOn } }) => ({
    title: goOn.heading.replace('{application}', props.applicationName),
    body: (
      <div class="card">
        <h1>
          <Sentence text={goOn.heading} parts={{ application: <Name>{props.applicationName}</Name> }} />
        </h1>
        <p class="lead">
          <Sentence text={goOn.lead} parts={{ host: <Name>{props.applicationHost}</Name> }} />
        </p>
        <Form form={props}>
          <div class="actions">
            <Submit label={goOn.submit} />
            <CancelLink href={props.stayUrl} label={goOn.stay} />
          </div>
        </Form>
      </div>
    ),
  }));
}
