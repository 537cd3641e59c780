import type { Fields } from './fields.ts';

/**
 * The attribute that stands in `<cas:user>`. A name that would come out as another than before closes the service: an application
 * would take one person for another. @see https://apereo.github.io/cas/development/integration/Attribute-Release-PrincipalId.html
 */
export function usernameAttribute(definition: Fields): string | undefined {
  const provider = definition.nested('usernameAttributeProvider');
  if (provider === undefined) return undefined;
  const kind = provider.className();
  const attribute = PROVIDERS[kind];
  if (attribute === undefined) {
    provider.remarks.add('closed', provider.path, kind, 'user names are not made in this way here', 'give people an attribute with the name that the application knows, name it as usernameAttribute, then enable the service');
    return undefined;
  }
  const name = attribute(provider);
  provider.expect('canonicalizationMode', ['NONE'], 'closed', 'user names are not put into upper or lower case', 'see whether the application minds; if not, enable the service');
  provider.expect('encryptUsername', [false], 'closed', 'user names are not encrypted', 'see whether the application can do without; if so, enable the service');
  provider.expect('scope', [], 'closed', 'no scope is put behind user names', 'give people an attribute with the whole name, name it as usernameAttribute, then enable the service');
  provider.expect('removePattern', [], 'closed', 'nothing is cut out of user names', 'give people an attribute with the name as it should be, name it as usernameAttribute, then enable the service');
  provider.tellRest('closed');
  return name;
}

const PROVIDERS: Readonly<Record<string, ((provider: Fields) => string | undefined) | undefined>> = {
  DefaultRegisteredServiceUsernameProvider: () => undefined,
  PrincipalAttributeRegisteredServiceUsernameProvider: byAttribute,
  AnonymousRegisteredServiceUsernameAttributeProvider: anonymous,
};

function byAttribute(provider: Fields): string | undefined {
  const name = provider.text('usernameAttribute');
  if (name === undefined) {
    provider.remarks.add('closed', provider.named('usernameAttribute'), '', 'names no attribute', 'name one as usernameAttribute, then enable the service');
    return undefined;
  }
  provider.remarks.add('changed', provider.named('usernameAttribute'), name, 'a person without this attribute is refused here; CAS put the sign-in name in its place', `give everybody who uses the service the attribute ${name}`);
  return name;
}

function anonymous(provider: Fields): string {
  provider.take('persistentIdGenerator');
  provider.remarks.add('changed', provider.named('persistentIdGenerator'), 'an identifier of this service alone', 'people are named by sub, which says nothing of them but is the same at every service, and another one than before', 'map the accounts of the application, or give people an attribute with the old identifier and name it as usernameAttribute');
  return 'sub';
}
