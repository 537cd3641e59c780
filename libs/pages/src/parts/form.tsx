import { type ComponentChildren } from 'preact';
import { formAddress } from '../address.ts';
import { type FormProps } from '../context.ts';
import { formTokenField } from '../names.ts';

/** A plain form that posts: what it carries unseen, then its fields and buttons. */
export function Form({ form, stacked, children }: { form: FormProps; stacked?: boolean; children: ComponentChildren }) {
  return (
    <form method="post" action={formAddress(form.action)} {...(stacked === true ? { class: 'stack' } : {})}>
      <input type="hidden" name={formTokenField} value={form.formToken} />
      {(form.hidden ?? []).map(([name, value]) => (
        <input type="hidden" key={name} name={name} value={value} />
      ))}
      {children}
    </form>
  );
}
