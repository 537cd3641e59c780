import { DATE_TIME } from '../response-schema.ts';
import { given, holds, rulesOf, same, short } from '../rule.ts';
import { validationTasks } from './validation-tasks.ts';
import type { Context } from '../context.ts';

/** @see CAS Protocol 3.0.3 §2.8 */
const section = rulesOf('2.8');
export const { rules } = section;
const { rule } = section;
const PATH = '/p3/serviceValidate';

validationTasks(section, PATH, { proxyTickets: false });

type Attributes = ReadonlyMap<string, readonly string[]>;

async function attributesOf(context: Context, ticket: string, more: Readonly<Record<string, string>> = {}): Promise<Attributes> {
  const { attributes, page } = await context.valid(PATH, ticket, context.service(), more);
  holds(attributes !== null, `there are no attributes: ${short(page.body)}`);
  return attributes;
}

function hasAll(context: Context, attributes: Attributes): void {
  const wanted = Object.entries(context.person.attributes);
  given(wanted.length > 0, 'the target file names no attributes');
  for (const [name, values] of wanted) same([...(attributes.get(name) ?? [])].sort(), [...values].sort(), name);
}

rule('attributes', 'MUST', '§2.8: the attributes of the person are returned', async (context) => hasAll(context, await attributesOf(context, (await context.fresh()).ticket)), 'attributes');
rule('several values', 'MUST', '§2.5.7: an attribute of several values is several elements', async (context) => {
  const [name, values] = Object.entries(context.person.attributes).find(([, list]) => list.length > 1) ?? [];
  given(name !== undefined && values !== undefined, 'the target file names no attribute of several values');
  same([...((await attributesOf(context, (await context.fresh()).ticket)).get(name) ?? [])].sort(), [...values].sort(), name);
}, 'attributes');
rule('attributes in JSON', 'MUST', '§2.5.7: the same in JSON, an attribute of several values as a list', async (context) => {
  const { page } = await context.valid(PATH, (await context.fresh()).ticket, context.service(), { format: 'JSON' });
  const { attributes } = (JSON.parse(page.body) as { serviceResponse: { authenticationSuccess: { attributes?: Record<string, unknown> } } }).serviceResponse.authenticationSuccess;
  for (const [name, values] of Object.entries(context.person.attributes)) {
    const got = attributes?.[name];
    if (values.length > 1) holds(Array.isArray(got), `${name} is ${short(got)}, not a list`);
    same([got].flat().map(String).sort(), [...values].sort(), name);
  }
}, 'attributes', 'json');
rule('of that person', 'MUST', '§2.8: they are the attributes of that person and of nobody else', async (context) => {
  const [, other] = context.target.people;
  const { ticket } = await context.fresh(context.service(), { person: other });
  const response = await context.validate(PATH, { service: context.service(), ticket });
  same(response.user, other.username, 'the user');
  for (const [name, values] of Object.entries(other.attributes)) same([...(response.attributes?.get(name) ?? [])].sort(), [...values].sort(), name);
}, 'attributes');
rule('authenticationDate', 'MUST', 'Appendix A: authenticationDate is an xs:dateTime, and when the person signed in', async (context) => {
  const before = Date.now();
  const [at] = (await attributesOf(context, (await context.fresh()).ticket)).get('authenticationDate') ?? [];
  holds(at !== undefined && DATE_TIME.test(at), `authenticationDate is ${short(at ?? null)}`);
  // A time without a zone is anybody's; a day covers them all.
  const slack = /Z$|[+-]\d\d:\d\d$/.test(at) ? 120_000 : 86_400_000;
  holds(Math.abs(Date.parse(at) - before) < slack, `authenticationDate is ${at}, and now it is ${new Date(before).toISOString()}`);
}, 'attributes');
rule('isFromNewLogin, true', 'MUST', 'Appendix A: isFromNewLogin is true when credentials were presented for this ticket', async (context) => {
  same((await attributesOf(context, (await context.fresh()).ticket)).get('isFromNewLogin'), ['true'], 'isFromNewLogin');
}, 'attributes');
rule('isFromNewLogin, false', 'MUST', 'Appendix A: it is false, or left out, when the ticket comes out of a session', async (context) => {
  const got = (await attributesOf(context, await context.ticket(await context.signedIn()))).get('isFromNewLogin');
  holds(got === undefined || (got.length === 1 && got[0] === 'false'), `isFromNewLogin is ${short(got ?? null)}`);
}, 'attributes');
rule('no long-term token', 'MUST', 'Appendix A: longTermAuthenticationRequestTokenUsed is false for an ordinary session', async (context) => {
  same((await attributesOf(context, (await context.fresh()).ticket)).get('longTermAuthenticationRequestTokenUsed'), ['false'], 'longTermAuthenticationRequestTokenUsed');
}, 'attributes');
rule('in the namespace', 'SHOULD', 'Appendix A: custom attributes are elements of the form cas:name', async (context) => {
  const { page } = await context.valid(PATH, (await context.fresh()).ticket);
  for (const name of Object.keys(context.person.attributes)) holds(new RegExp(`<cas:${name}[ >/]`).test(page.body), `there is no <cas:${name}>`);
}, 'attributes');
