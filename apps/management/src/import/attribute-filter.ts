import { NotCarriedOver, found, readJavaRegex, unanchored, writeRe2Choice } from './java-regex.ts';
import type { Fields } from './fields.ts';
import type { AttributeRule } from './written-service.ts';

type Filter = (rule: AttributeRule) => AttributeRule | null;

/**
 * The filter of a release policy, as `only` of its rules. A filter that has no counterpart lets nothing through: it was there to keep
 * something back. @see https://apereo.github.io/cas/development/integration/Attribute-Value-Release-Policies.html
 */
export function attributeFilter(policy: Fields, rules: readonly AttributeRule[]): readonly AttributeRule[] {
  const filter = policy.nested('attributeFilter');
  return filter === undefined ? rules : filtered(filter, rules);
}

function filtered(filter: Fields, rules: readonly AttributeRule[]): readonly AttributeRule[] {
  const kind = filter.className();
  if (kind === 'RegisteredServiceChainingAttributeFilter') {
    const parts = [...filter.nestedList('policies'), ...filter.nestedList('filters')].map((part, index) => ({ part, index, order: Number(part.text('order') ?? 0) }));
    parts.sort((a, b) => a.order - b.order || a.index - b.index);
    filter.tellRest();
    return parts.reduce((left, { part }) => filtered(part, left), rules);
  }
  filter.take('order');
  const through = kind === 'RegisteredServiceRegexAttributeFilter' ? byOne(filter) : kind === 'RegisteredServiceMappedRegexAttributeFilter' ? byName(filter) : null;
  if (through === null) {
    filter.remarks.add('lost', filter.path, kind, 'filters of this kind have no counterpart: nothing that it filtered is released', 'name the attributes under attributes, with only for the values that may go out');
    return [];
  }
  filter.tellRest();
  return rules.flatMap((rule) => through(rule) ?? []);
}

function byOne(filter: Fields): Filter {
  const pattern = filter.text('pattern') ?? '';
  return (rule) => narrowed(filter, 'pattern', rule, pattern, true);
}

function byName(filter: Fields): Filter {
  const patterns = filter.nested('patterns');
  const complete = filter.flag('completeMatch') ?? false;
  const excludesOthers = filter.flag('excludeUnmappedAttributes') ?? false;
  if (filter.flag('caseInsensitive') !== false) {
    filter.remarks.add('changed', filter.named('caseInsensitive'), true, 'values are compared with regard to case here, so fewer may go out', 'begin the expression under only with (?i) if case is not to matter');
  }
  return (rule) => {
    const pattern = patterns?.text(rule.name);
    if (pattern === undefined) return excludesOthers ? null : rule;
    return narrowed(filter, `patterns.${rule.name}`, rule, pattern, complete);
  };
}

function narrowed(filter: Fields, field: string, rule: AttributeRule, pattern: string, complete: boolean): AttributeRule | null {
  const refuse = (why: string): null => {
    filter.remarks.add('lost', filter.named(field), pattern, `${why}: ${rule.name} is not released`, `name ${rule.name} under attributes, with only for the values that may go out`);
    return null;
  };
  if (rule.values !== undefined || rule.only !== undefined) return refuse('one rule cannot be filtered twice, nor a fixed value');
  try {
    const branches = readJavaRegex(pattern);
    return { ...rule, only: writeRe2Choice(unanchored(complete ? branches : found(branches, true))) };
  } catch (error) {
    if (error instanceof NotCarriedOver) return refuse(`the pattern ${error.message}`);
    throw error;
  }
}
