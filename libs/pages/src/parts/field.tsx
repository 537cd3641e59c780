import { type ComponentChildren } from 'preact';
import { type Maybe } from '../context.ts';
import { type Scene } from '../page.tsx';

export interface FieldProps {
  readonly name: string;
  /** Stays the same where the name does not. */
  readonly id?: string;
  readonly label: string;
  readonly autocomplete: string;
  readonly value?: Maybe<string>;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly focus?: boolean;
  /** A username or another machine word: no capital, no spelling. */
  readonly verbatim?: boolean;
  readonly readOnly?: boolean;
}

/** A label above its input, with what helps before it and what went wrong after it. */
export function Field(props: FieldProps) {
  return (
    <FieldFrame {...props}>
      <input
        {...common(props)}
        type="text"
        value={props.value ?? ''}
        {...(props.verbatim === true ? { autocapitalize: 'none', autocorrect: 'off', spellcheck: false } : {})}
      />
    </FieldFrame>
  );
}

/** Never filled in by the page. The button to show it is unhidden by script and takes no room of its own. */
export function PasswordField({ scene, ...props }: FieldProps & { scene: Scene }) {
  const { fields } = scene.words;
  return (
    <FieldFrame {...props}>
      <div class="with-reveal">
        <input {...common(props)} type="password" />
        <button
          type="button"
          class="reveal"
          hidden
          aria-controls={props.name}
          aria-label={fields.showPassword}
          data-show={fields.show}
          data-hide={fields.hide}
          data-show-label={fields.showPassword}
          data-hide-label={fields.hidePassword}
        >
          {fields.show}
        </button>
      </div>
    </FieldFrame>
  );
}

/** A box to tick, with its name beside it. */
export function Choice({ name, label, ticked = [] }: { name: string; label: string; ticked?: readonly string[] | undefined }) {
  return (
    <label class="choice" for={name}>
      <input type="checkbox" id={name} name={name} value="true" checked={ticked.includes(name)} />
      <span>{label}</span>
    </label>
  );
}

/** Unhides each "Show" button; a password is hidden again before it is sent, so that a browser does not remember it as text. */
export const revealScript = `for (const button of document.querySelectorAll('.reveal')) {
  const input = document.getElementById(button.getAttribute('aria-controls'));
  const turn = (shown) => {
    input.type = shown ? 'text' : 'password';
    button.textContent = shown ? button.dataset.hide : button.dataset.show;
    button.setAttribute('aria-label', shown ? button.dataset.hideLabel : button.dataset.showLabel);
  };
  button.hidden = false;
  button.addEventListener('click', () => { turn(input.type === 'password'); input.focus(); });
  input.form.addEventListener('submit', () => turn(false));
}`;

function FieldFrame({ name, id = name, label, hint, error, children }: FieldProps & { children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint === undefined ? null : (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
      {error === undefined ? null : (
        <p class="field-error" id={`${id}-error`}>
          {error}
        </p>
      )}
    </div>
  );
}

function common({ name, id = name, autocomplete, hint, error, focus, readOnly }: FieldProps) {
  const described = [hint === undefined ? [] : [`${id}-hint`], error === undefined ? [] : [`${id}-error`]].flat();
  return {
    id,
    name,
    autocomplete,
    ...(readOnly === true ? { readOnly: true } : { required: true }),
    ...(described.length === 0 ? {} : { 'aria-describedby': described.join(' ') }),
    ...(error === undefined ? {} : { 'aria-invalid': 'true' as const }),
    ...(focus === true ? { autofocus: true } : {}),
  };
}
