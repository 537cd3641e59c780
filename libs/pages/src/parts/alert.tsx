import { type ComponentChildren } from 'preact';

/** What went wrong, before the form. It takes the focus without script, so that it is read first. */
export function ErrorSummary({ code, text, fields }: {
  code: string;
  text: string;
  /** Field by field, each a link to it. */
  fields?: readonly (readonly [id: string, error: string])[];
}) {
  return (
    <div class="alert danger" id="error-summary" role="alert" data-error={code} tabIndex={-1} autofocus>
      {fields === undefined || fields.length === 0 ? (
        <p>{text}</p>
      ) : (
        <>
          <p>
            <b>{text}</b>
          </p>
          <ul>
            {fields.map(([id, error]) => (
              <li key={id}>
                <a href={`#${id}`}>{error}</a>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** Something was done as asked. */
export function Notice({ children }: { children: ComponentChildren }) {
  return (
    <p class="alert good" role="status">
      {children}
    </p>
  );
}
