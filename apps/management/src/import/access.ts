import { writtenChoices } from './written-choices.ts';
import type { Fields } from './fields.ts';

export interface Access {
  readonly enabled: boolean;
  readonly groups: readonly string[];
}

/**
 * Who gets in. A condition that cannot be kept closes the service: open to everybody is the one thing that it must not become.
 * @see https://apereo.github.io/cas/development/services/Configuring-Service-Access-Strategy.html
 */
export function access(definition: Fields): Access {
  const strategy = definition.nested('accessStrategy');
  if (strategy === undefined) return { enabled: true, groups: [] };
  const kind = strategy.className();
  const enabled = strategy.flag('enabled') ?? true;
  if (kind !== 'DefaultRegisteredServiceAccessStrategy') {
    strategy.remarks.add('closed', strategy.path, kind, 'who gets in is not decided in this way here', 'name the groups that may get in under groups, then enable the service');
    return { enabled, groups: [] };
  }
  strategy.expect('ssoEnabled', [true], 'closed', 'a session opens every service here; only a request with renew=true asks for the password again', 'let the application send renew=true, then enable the service');
  const groups = requiredGroups(strategy);
  strategy.expect('rejectedAttributes', [], 'closed', 'people are let in by their groups, not kept out by an attribute', 'make a group of those who may get in, name it under groups, then enable the service');
  strategy.expect('activationCriteria', [], 'closed', 'a condition for a condition has no counterpart', 'name the groups that may get in under groups, then enable the service');
  strategy.expect('delegatedAuthenticationPolicy', [], 'closed', 'who may sign in by another provider is not decided for each service', 'see whether a password is good enough for this service; if so, enable it');
  strategy.expect('unauthorizedRedirectUrl', [], 'lost', 'people who may not get in are told so on a page of Latchkey', 'give contact, which stands on that page');
  strategy.expect('order', [0], 'same', 'says what holds here anyway', '');
  strategy.tellRest('closed');
  return { enabled, groups };
}

/** Attributes that say in which groups a person is, in the directories that Apereo's documentation names. */
const GROUPS = /^(?:memberOf|isMemberOf|member|groupMembership|groups?|roles?)$/i;

function requiredGroups(strategy: Fields): readonly string[] {
  const all = strategy.flag('requireAllAttributes') ?? true;
  const caseInsensitive = strategy.flag('caseInsensitive') ?? false;
  const required = strategy.nested('requiredAttributes');
  const names = (required?.names() ?? []).filter((name) => name !== '@class');
  if (required === undefined || names.length === 0) return [];
  const readable = names.map((name) => ({ name, values: required.texts(name) })).map(({ name, values }) => ({ name, values, groups: GROUPS.test(name) ? groupsOf(values) : null }));
  const groups = readable.flatMap((attribute) => attribute.groups ?? []);
  const others = readable.filter((attribute) => attribute.groups === null);
  for (const { name, values } of others) {
    const needed = all || groups.length === 0;
    strategy.remarks.add(
      needed ? 'closed' : 'changed',
      required.named(name),
      values,
      needed ? 'people are let in by their groups alone' : 'people are let in by their groups alone; this was another way in',
      'make a group of these people, name it under groups, then enable the service',
    );
  }
  if (all && readable.length - others.length > 1) {
    strategy.remarks.add('closed', required.path, names, 'one group of several is enough here, and these had to be there together', 'make one group of those who are in all of them, name it under groups, then enable the service');
    return [];
  }
  if (groups.length === 0 || (all && others.length > 0)) return groups;
  const note = caseInsensitive ? ' in the same case' : '';
  strategy.remarks.add('changed', required.path, groups, `people get in who are in a group of this name${note}`, 'give people these groups, or write the names of the groups that they have under groups');
  return groups;
}

/** Values are patterns; those that stand for a few names are names. */
function groupsOf(values: readonly string[]): readonly string[] | null {
  const names = values.map((value) => writtenChoices(value));
  if (values.length === 0 || names.some((choices) => choices === null)) return null;
  const groups = [...new Set(names.flatMap((choices) => choices!))];
  return groups.length <= 100 && groups.every((name) => name.length > 0 && name.length <= 64) ? groups : null;
}
