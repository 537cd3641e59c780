import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../prepare/run.mjs';
import { generated, table } from './rooms.mjs';

const shown = (file, language) => ['```' + language, readFileSync(path.join(root, 'docs', 'forward-auth', file), 'utf8').trimEnd(), '```', ''];
const TESTED = (version) => `Tested with ${version}.`;
const NOT_TESTED = (name) => `**Not tested**: ${name} was not to be had where these files were written. It is asked in the way that its documentation describes, and that way is tested.`;

/** The page is made of the very files that conformance/interop/forward-auth-proxies.spec.ts runs. */
export function forwardAuthDocument() {
  return [
    generated('docs/forward-auth and tools/docs/forward-auth.mjs'),
    ...ABOUT,
    ...shown('service.yaml', 'yaml'),
    ...AFTER_SERVICE,
    '## nginx',
    '',
    TESTED("Debian 12's nginx 1.22") + ' `auth_request` takes yes or no and nothing else, so nginx has a location for the rest.',
    '',
    ...shown('nginx.conf', 'nginx'),
    'nginx cannot take away headers whose names it does not know: of `X-Latchkey-Attribute-…` believe those that you set as `Remote-User` is set above.',
    'A host whose root is another application than the part that is protected (`https://app.example.org/admin/`) has the location at that part:',
    '`location /admin/.latchkey/ { proxy_pass https://login.example.org/.latchkey/; … }`, `auth_request /admin/.latchkey/check`, and so on.',
    '',
    '## Caddy',
    '',
    TESTED("Debian 12's Caddy 2.6"),
    '',
    ...shown('Caddyfile', 'caddyfile'),
    '## HAProxy',
    '',
    TESTED("Debian 12's HAProxy 2.6 (2.5 and newer have the HTTP client that it needs)"),
    '',
    ...shown('haproxy.cfg', 'haproxy'),
    ...shown('haproxy.lua', 'lua'),
    '## Apache',
    '',
    TESTED("Debian 12's Apache 2.4") + ' Apache also speaks CAS and OpenID Connect by itself (`mod_auth_cas`, `mod_auth_openidc`), which this server is tested with as well.',
    '',
    ...shown('apache.conf', 'apache'),
    ...shown('apache.lua', 'lua'),
    '## Traefik',
    '',
    NOT_TESTED('Traefik'),
    '',
    ...shown('traefik.yaml', 'yaml'),
    '## Envoy',
    '',
    NOT_TESTED('Envoy') + ' Also for what configures Envoy (Istio, Contour, Envoy Gateway): the address is `/forward-auth` as a path prefix.',
    '',
    ...shown('envoy.yaml', 'yaml'),
    ...REFERENCE,
  ].join('\n');
}

const ABOUT = `# Forward auth: applications that know nothing of signing in

A reverse proxy asks Latchkey before it lets a request pass. People are sent to sign in, once for all hosts; scripts are told what to bring; the
application gets the name of whoever it is in a header. One sign-out closes every host at once: with each request the session is looked at.

In what follows the application is \`https://app.example.org\`, behind the proxy at \`127.0.0.1:3000\`, and Latchkey is \`https://login.example.org\`.
The application must not be reachable but through the proxy: it believes the headers.

First, register the host:
`.split('\n');

const AFTER_SERVICE = `The part of the host that is protected is what \`urls\` and \`match\` say. An address that no service with \`forwardAuth: true\` has is answered with 403,
and nobody is ever sent there. People sign out at \`https://app.example.org/.latchkey/sign-out\`; link to it.

Then set up the proxy. It must ask about the host whose application it leads to. A client can send any name as \`Host\`, also that of another
protected host, which it may enter: what the proxy tells Latchkey is either written down, or the name by which it chose the application.

These are the files that the tests run (\`conformance/interop/forward-auth-proxies.spec.ts\`), but for names, ports and TLS.
`.split('\n');

const REFERENCE = [
  `## What Latchkey is asked, and what it answers

The original request is described by \`X-Original-URL\` (and \`X-Original-Method\`), or by \`X-Forwarded-Proto\`, \`X-Forwarded-Host\` and \`X-Forwarded-Uri\` (and
\`X-Forwarded-Method\`), or by the path after \`/forward-auth\` and the name of the host. Where more than one of them is there, they must say the same:
a client may have sent the other. Cookies, \`Authorization\`, \`Accept\`, \`X-Requested-With\` and \`Sec-Fetch-Mode\` are the client's own.
`,
  table(
    ['answer', 'when'],
    [
      ['200 with the headers below', 'the request may pass'],
      ['303 to the sign-in, with a cookie', 'nobody is signed in, and a page was asked for (GET, `Accept: text/html`, not by a script of a page)'],
      ['401 with `WWW-Authenticate`', 'nobody is signed in, otherwise. Scripts of a page are not told of Basic: the browser would open a window of its own'],
      ['403', 'the person is in none of the groups of the service; the host is not registered'],
      ['429, 503', 'too many wrong passwords, or something is away; with `Retry-After`'],
      ['400', 'the address can be read in two ways, and the host has more than one service; the headers do not agree'],
    ],
  ),
  '`/.latchkey/check` says the same in 200, 401 and 403 alone, for nginx.\n',
  table(
    ['header', 'what'],
    [
      ['`Remote-User`', 'the sign-in name, or the attribute that `usernameAttribute` names'],
      ['`Remote-Name`, `Remote-Email`, `Remote-Groups`', 'if `attributes` of the service holds `name`, `email` (or `mail`), `groups`; else empty'],
      ['`X-Latchkey-Attribute-<Name>`', 'each attribute of the service; what is neither letter nor digit in its name is `-`. Two names that meet are both left out'],
      ['`X-Latchkey-Client`, `X-Latchkey-Scope`', 'of an access token: by whom, and for what'],
    ],
  ),
  `Several values stand between commas. A comma within a value, a percent sign, and whatever is not a printable ASCII character stand as percent-encoded UTF-8
(\`Zoë\` is \`Zo%C3%AB\`): decode once.

## Scripts

- **HTTP Basic**, where the service has \`basic: true\`: name and password of a person. The password goes through every limit of the sign-in page, at most once a
  minute and process; in between its session counts, which the end of it, another password or a disabled account closes at once. A service that asks for a
  second factor takes no Basic. The same holds at \`/cas/login?service=…\`, where a script gets a ticket for it, and no cookie.
- **Bearer**: an access token of this server with the host as its audience. Register the host as a resource
  (\`resources: [{ id: https://app.example.org/, … }]\`) and let clients name it. Behind the token must stand a person.

## What to know

- **The cookie** of a protected host (\`__Host-latchkey-visit-<service>\`) lasts \`LATCHKEY_FORWARD_AUTH_VISIT_SECONDS\`, an hour if not set. Then a page makes a new
  visit without being seen, and a request by a script of a page gets 401. It opens its own host and service and nothing else.
- **Groups and attributes** are at most half a minute old. Disabling a person and ending a session count at once.
- **Paths** with \`%2F\`, \`%5C\`, \`%2E\` or dot segments can be taken for different places by proxy, Latchkey and application. They are let in where the whole host is
  one service (\`urls: [https://app.example.org/]\`, and no other service has an address there), and refused with 400 where it is not; by Envoy always.
- **The network** by which wrong passwords are limited (\`LATCHKEY_SIGN_IN_NETWORK_LIMIT\`) is the client's only if Latchkey believes the proxy's \`X-Forwarded-For\`
  (\`LATCHKEY_TRUSTED_PROXIES\`); otherwise all scripts behind the proxy share one.
- **What stands in front of Latchkey** must hand on these headers. The door of \`docker-compose.yml\` does. The ingress controller of nginx replaces
  \`X-Forwarded-Host\`, so proxies that use it (Traefik, Caddy) have to ask the service of the room directly.
- **Who may ask**: whoever asks learns only what their own cookie, password or token opens. You may still restrict \`/forward-auth\` and \`/.latchkey\` of Latchkey
  to your proxies; people never go there at Latchkey's own name.
- Web sockets begin with a request and are let in by it; the end of the session does not cut them.
`,
].flatMap((part) => part.split('\n'));
