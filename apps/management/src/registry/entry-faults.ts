import { attributePatternFault, servicePatternFault } from '@latchkey/cas-protocol';
import type { ClientEntry, ResourceEntry, ServiceEntry } from '@latchkey/contracts';
import { STANDARD_SCOPES } from '@latchkey/oauth';

export interface Fault {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** What a service cannot be, whoever registers it: the declarative file, the import and the REST API ask here. */
export function serviceFaults(service: ServiceEntry): Fault[] {
  return [
    ...service.urls.flatMap((url, index) => {
      const fault = servicePatternFault(url, service.match);
      return fault === null ? [] : [{ path: ['urls', index], message: fault }];
    }),
    ...service.attributes.flatMap((rule, index) => {
      if (typeof rule === 'string') return [];
      const path = ['attributes', index];
      if (rule.values !== undefined && (rule.from !== undefined || rule.only !== undefined)) return [{ path, message: 'gives values of its own: then neither from nor only has a meaning' }];
      const fault = rule.only === undefined ? null : attributePatternFault(rule.only);
      return fault === null ? [] : [{ path: [...path, 'only'], message: fault }];
    }),
    ...doubledNames(service),
    ...forwardAuthFaults(service),
  ];
}

/** Behind forward auth lies a part of a host; single addresses would leave no place for ours, where people come back with their ticket. */
function forwardAuthFaults({ forwardAuth, match }: ServiceEntry): Fault[] {
  return forwardAuth === true && match === 'exact' ? [{ path: ['match'], message: 'behind forward auth lies more than one address: use path-prefix, wildcard-host or regex' }] : [];
}

/** A service that is told one attribute twice would have to guess. */
function doubledNames({ attributes }: ServiceEntry): Fault[] {
  const names = attributes.map((rule) => (typeof rule === 'string' ? rule : rule.name));
  return names.flatMap((name, index) => (names.indexOf(name) === index ? [] : [{ path: ['attributes', index], message: `${name} stands twice` }]));
}

/** What a client cannot be, whoever registers it: the declarative file and the REST API ask here. */
export function clientFaults(client: ClientEntry, resources: readonly ResourceEntry[]): Fault[] {
  return [
    ...redirectFaults(client),
    ...secretFaults(client),
    ...client.resources.flatMap((id, index) =>
      resources.some((resource) => resource.id === id)
        ? []
        : [{ path: ['resources', index], message: `no resource with the id ${id} is registered` }],
    ),
    ...client.scopes.flatMap((scope, index) =>
      Object.hasOwn(STANDARD_SCOPES, scope) || resources.some((resource) => resource.scopes.some(({ name }) => name === scope))
        ? []
        : [{ path: ['scopes', index], message: `the scope ${scope} is neither standard nor a scope of any resource` }],
    ),
  ];
}

function redirectFaults(client: ClientEntry): Fault[] {
  if (!client.grantTypes.includes('authorization_code') || client.redirectUris.length > 0) return [];
  return [{ path: ['redirectUris'], message: 'is needed for the grant type authorization_code' }];
}

function secretFaults(client: ClientEntry): Fault[] {
  const confidential = client.authentication !== 'none';
  if (confidential && client.secretHash === undefined)
    return [{ path: ['secret'], message: `is needed for the authentication ${client.authentication}` }];
  if (!confidential && client.secretHash !== undefined)
    return [{ path: ['secret'], message: 'has no use for the authentication none' }];
  if (!confidential && client.grantTypes.includes('client_credentials'))
    return [{ path: ['grantTypes'], message: 'client_credentials is for clients that authenticate (RFC 6749 §4.4)' }];
  return [];
}
