import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { FEATURES, type Feature } from './rule.ts';

export interface Person {
  readonly username: string;
  readonly password: string;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

/** A server to be tested, as its file describes it. @see target.schema.json */
export interface Target {
  readonly name: string;
  readonly version: string | null;
  /** Up to and with the path prefix, without a slash at the end; null until a start script has given it. */
  readonly url: string | null;
  readonly certificates: readonly string[];
  readonly start: { readonly script: string; readonly options: Readonly<Record<string, unknown>> } | null;
  readonly listen: { readonly host: string; readonly port: number; readonly authority: string | null };
  readonly headers: Readonly<Record<string, string>>;
  readonly login: { readonly username: string | null; readonly password: string | null; readonly warn: string; readonly rememberMe: string };
  readonly people: readonly [Person, Person, ...Person[]];
  readonly cookiePath: string | null;
  readonly ticketSeconds: number | null;
  readonly sloSeconds: number;
  readonly notSupported: Readonly<Partial<Record<Feature, string>>>;
  readonly deviations: Readonly<Record<string, string>>;
}

/** Something that the reader can mend: said without a stack. */
export class TargetFault extends Error {
  override readonly name = 'TargetFault';
}

const schema = JSON.parse(readFileSync(fileURLToPath(new URL('./target.schema.json', import.meta.url)), 'utf8')) as object;
const check = new Ajv({ useDefaults: true, allErrors: true, formats: { uri: (text: string) => URL.canParse(text) } }).compile(schema);

/** @throws TargetFault with every mistake of the file */
export function readTarget(file: string, ruleIds: readonly string[]): Target {
  const raw = withBase(file);
  if (!check(raw)) throw new TargetFault([`${file} is not a target file:`, ...(check.errors ?? []).map(({ instancePath, message }) => `  ${instancePath || '/'} ${message}`)].join('\n'));
  const given = raw as Partial<Target> & { ca?: string; people: Partial<Person>[]; listen?: Partial<Target['listen']>; login?: Partial<Target['login']> };
  const strangers = [
    ...Object.keys(given.notSupported ?? {}).filter((name) => !(name in FEATURES)).map((name) => `notSupported: there is no part ${name}; there are ${Object.keys(FEATURES).join(', ')}`),
    ...Object.keys(given.deviations ?? {}).filter((id) => !ruleIds.includes(id)).map((id) => `deviations: there is no rule ${id}`),
    ...(given.url === undefined && given.start == null ? ['either url or start is needed'] : []),
  ];
  if (strangers.length > 0) throw new TargetFault([`${file}:`, ...strangers.map((one) => `  ${one}`)].join('\n'));
  return {
    name: given.name!,
    version: given.version ?? null,
    url: given.url?.replace(/\/+$/, '') ?? null,
    certificates: given.ca === undefined ? [] : [readFileSync(given.ca, 'utf8')],
    start: given.start == null ? null : { script: given.start.script, options: given.start.options ?? {} },
    listen: { host: given.listen?.host ?? 'localhost', port: given.listen?.port ?? 0, authority: given.listen?.authority ?? null },
    headers: given.headers ?? {},
    login: {
      username: given.login?.username ?? null,
      password: given.login?.password ?? null,
      warn: given.login?.warn ?? 'warn',
      rememberMe: given.login?.rememberMe ?? 'rememberMe',
    },
    people: given.people.map(({ username, password, attributes = {} }) => ({ username, password, attributes })) as unknown as Target['people'],
    cookiePath: given.cookiePath ?? null,
    ticketSeconds: given.ticketSeconds ?? null,
    sloSeconds: given.sloSeconds ?? 10,
    notSupported: given.notSupported ?? {},
    deviations: given.deviations ?? {},
  };
}

/** The file, over the one that it is like. Names of files are read as they are meant: beside the file in which they stand. */
function withBase(file: string): Record<string, unknown> {
  const { like, ...own } = parsed(file);
  const beside = (holder: unknown, name: string): object => {
    const path = (holder as Record<string, unknown> | null | undefined)?.[name];
    return typeof path === 'string' ? { ...(holder as object), [name]: resolve(dirname(file), path) } : (holder as object);
  };
  const given = {
    ...(beside(own, 'ca') as Record<string, unknown>),
    ...('start' in own ? { start: beside(own['start'], 'script') } : {}),
    ...('listen' in own ? { listen: beside(own['listen'], 'authority') } : {}),
  };
  return typeof like === 'string' ? { ...withBase(resolve(dirname(file), like)), ...given } : given;
}

function parsed(file: string): Record<string, unknown> {
  try {
    return parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new TargetFault(`${file} cannot be read: ${(error as Error).message}`);
  }
}
