export const PASSWORD = 'correct horse battery staple';
export const WEB = { id: 'web', secret: 'web-secret-0123456789-0123456789-0123456789' };
export const OPERATOR = { id: 'operator', secret: 'admin-secret-0123456789-0123456789-0123456' };

/** People, a CAS service and an OpenID Connect client, as a declarative file. JSON is YAML. */
export function declaration({ url, application, people }) {
  return JSON.stringify({
    people: Array.from({ length: people }, (_, index) => ({ username: `p${index}`, name: `Person ${index}`, password: PASSWORD })),
    services: [{ id: 'shop', name: 'Shop', urls: [`${application}/shop`] }],
    clients: [
      {
        id: WEB.id,
        name: 'Web application',
        secret: WEB.secret,
        redirectUris: [`${application}/callback`],
        postLogoutRedirectUris: [`${application}/bye`],
        backchannelLogoutUri: `${application}/backchannel`,
        grantTypes: ['authorization_code', 'refresh_token'],
        scopes: ['openid', 'profile'],
        accessToken: 'opaque',
        firstParty: true,
      },
      { id: OPERATOR.id, name: 'Operator', secret: OPERATOR.secret, grantTypes: ['client_credentials'], scopes: ['admin', 'admin:read'], resources: [`${url}/admin`] },
    ],
  });
}
