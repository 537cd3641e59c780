/** The people, services and clients of these tests, as a declarative file. JSON is YAML. */
export const PASSWORD = 'correct horse battery staple';

export const SECRET = {
  web: 'web-secret-0123456789-0123456789-0123456789',
  service: 'service-secret-0123456789-0123456789-0123',
  other: 'other-secret-0123456789-0123456789-0123456',
  admin: 'admin-secret-0123456789-0123456789-0123456',
};

export const API = 'https://api.example.org/';

export interface DeclarationOptions {
  /** Origin of the application that is told about logouts. */
  readonly application: string;
  readonly people?: number;
}

export function declaration({ application, people = 0 }: DeclarationOptions): string {
  return JSON.stringify({
    people: [
      person('ada', 'Ada Lovelace', ['staff', 'latchkey-admins'], { email: ['ada@example.org'], affiliation: ['member', 'employee'] }),
      person('grace', 'Grace Hopper', ['staff'], { email: ['grace@example.org'] }),
      ...Array.from({ length: people }, (_, index) => person(`p${index}`, `Person ${index}`, [], {})),
    ],
    services: [
      { id: 'shop', name: 'Shop', urls: [`${application}/shop`], attributes: ['email', 'affiliation', 'name', 'sub', 'groups'] },
      { id: 'staff-only', name: 'Staff only', urls: [`${application}/staff`], groups: ['nobody-is-in-this'] },
      { id: 'off', name: 'Switched off', urls: [`${application}/off`], enabled: false },
    ],
    resources: [{ id: API, name: 'Orders', scopes: [{ name: 'orders:read', description: 'See the tickets you ordered' }] }],
    clients: [
      {
        id: 'web',
        name: 'Web application',
        redirectUris: [`${application}/callback`],
        postLogoutRedirectUris: [`${application}/bye`],
        backchannelLogoutUri: `${application}/backchannel/web`,
        secret: SECRET.web,
        grantTypes: ['authorization_code', 'refresh_token'],
        scopes: ['openid', 'profile', 'email', 'offline_access', 'orders:read'],
        resources: [API],
        firstParty: true,
      },
      {
        id: 'third',
        name: 'Third-party application',
        redirectUris: [`${application}/third`],
        backchannelLogoutUri: `${application}/backchannel/third`,
        authentication: 'none',
        grantTypes: ['authorization_code', 'refresh_token'],
        scopes: ['openid', 'profile', 'email', 'orders:read'],
        resources: [API],
      },
      { id: 'other', name: 'Another client', redirectUris: [`${application}/other`], secret: SECRET.other, firstParty: true },
      { id: 'robot', name: 'Robot', secret: SECRET.service, grantTypes: ['client_credentials'], scopes: ['orders:read'], resources: [API] },
      { id: 'operator', name: 'Operator', secret: SECRET.admin, grantTypes: ['client_credentials'], scopes: ['admin', 'admin:read'], resources: ['{{url}}/admin'] },
    ],
  });
}

function person(username: string, name: string, groups: string[], attributes: Record<string, string[]>): object {
  return { username, name, password: PASSWORD, groups, attributes };
}
