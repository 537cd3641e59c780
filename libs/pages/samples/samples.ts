import {
  accountPage,
  connectedApplicationsPage,
  consentPage,
  continuePage,
  errorPage,
  fixedPhrases,
  formPostPage,
  logoutConfirmPage,
  type PageContext,
  passwordPage,
  setupPage,
  signedInPage,
  signedOutPage,
  signInPage,
} from '../src/index.ts';

/** A page with something in every prop, as tests and screenshots show it. */
export interface Sample {
  readonly name: string;
  readonly props: object;
  readonly render: (props: object, context: PageContext) => string;
}

function sample<Props extends object>(name: string, page: (props: Props, context: PageContext) => string, props: Props): Sample {
  return { name, props, render: (other, context) => page(other as Props, context) };
}

const formToken = 'kq3v0b6mJf2nX4pT8sYwZg';
const pending = { formToken, hidden: [['pending', '4mJfk2.Qz8v']] as const };
const signIn = {
  ...pending,
  action: '/cas/login',
  applicationName: 'Box Office',
  policyUrl: 'https://box-office.example/privacy',
  termsUrl: 'https://box-office.example/terms',
  cancelUrl: '/oauth2/authorize?pending=4mJfk2.Qz8v&cancel=1',
};
const permissions = [
  { description: 'See your name and username', alreadyAllowed: true },
  { description: 'See the tickets you ordered', resource: 'Box Office' },
];
const consent = {
  ...pending,
  action: '/consent',
  applicationName: 'Calendar',
  host: 'calendar.example',
  owner: 'Harbour Street Software',
  permissions,
  person: { name: 'Ada Lovelace', username: 'ada' },
  notYouUrl: '/cas/login?pending=4mJfk2.Qz8v&renew=true',
  connectedApplicationsUrl: '/consent/applications',
};
const account = {
  name: 'Ada Lovelace',
  username: 'ada',
  endAction: '/account/end',
  endAllAction: '/account/end-all',
  formToken,
  connectedApplicationsUrl: '/consent/applications',
  passwordUrl: '/account/password',
  signOutUrl: '/cas/logout',
};
const thisDevice = {
  sid: 's1',
  current: true,
  browser: 'Firefox 140',
  system: 'Linux',
  network: '203.0.113.7',
  startedAt: '2026-11-24T07:59:22Z',
  seenAt: '2026-11-24T09:12:00Z',
  applications: ['Box Office', 'Calendar'],
};
const failed = { at: '2026-11-24T09:00:01Z', answer: '503 Service Unavailable', tookMs: 212 };

export const samples: readonly Sample[] = [
  sample('sign-in', signInPage, signIn),
  sample('sign-in-no-application', signInPage, { action: '/cas/login', formToken }),
  sample('sign-in-no-match', signInPage, { ...signIn, username: 'ada', problem: { code: 'no_match' } }),
  sample('sign-in-missing', signInPage, { ...signIn, problem: { code: 'missing', login: true, password: true } }),
  sample('sign-in-locked', signInPage, { ...signIn, username: 'ada', problem: { code: 'locked', minutes: 15 } }),
  sample('sign-in-expired', signInPage, { ...signIn, username: 'ada', problem: { code: 'form_expired' } }),
  sample('sign-in-choices', signInPage, { ...signIn, choices: { rememberMe: true, warn: true }, ticked: ['warn'] }),
  sample('sign-in-again', signInPage, { ...signIn, username: 'ada', mustSignIn: true, applicationLogoUrl: '/logo.svg' }),
  sample('signed-in', signedInPage, {
    name: 'Ada Lovelace',
    username: 'ada',
    since: '2026-11-24T07:59:22Z',
    accountUrl: '/account',
    signOutUrl: '/cas/logout',
  }),
  sample('error', errorPage, {
    status: 400,
    code: 'redirect_uri_not_registered',
    title: 'This application is not set up right',
    message: 'It asked to send you to an address that nobody registered, so you stay here. Tell the people who run it.',
    supportCode: '7Q4M-9ZKD',
    phrase: fixedPhrases.redirectUriNotRegistered,
    back: { href: 'https://calendar.example/', label: 'Back to Calendar' },
  }),
  sample('signed-out', signedOutPage, {
    applications: [
      { name: 'Box Office', state: 'told' },
      { name: 'Calendar', state: 'trying' },
      { name: 'Harbour Street Library', state: 'unreachable', url: 'https://library.example/' },
    ],
    refreshSeconds: 60,
    continueTo: { href: 'https://calendar.example/', label: 'Back to Calendar' },
    signInUrl: '/cas/login',
  }),
  sample('signed-out-alone', signedOutPage, { applications: [], signInUrl: '/cas/login' }),
  sample('signed-out-by-browser', signedOutPage, {
    applications: [{ name: 'Box Office', state: 'trying', bring: ['/cas/front-channel?receipt=r&delivery=d'] }],
    refreshSeconds: 60,
    signInUrl: '/cas/login',
  }),
  sample('continue', continuePage, { ...pending, action: '/cas/login', applicationName: 'Box Office', applicationHost: 'box-office.example', stayUrl: '/cas/login' }),
  sample('logout-confirm', logoutConfirmPage, {
    ...pending,
    action: '/oauth2/logout',
    name: 'Ada Lovelace',
    applicationName: 'Calendar',
    stayUrl: '/account',
  }),
  sample('consent', consentPage, consent),
  sample('consent-offline', consentPage, { ...consent, offline: true, policyUrl: 'https://calendar.example/privacy' }),
  sample('connected-applications', connectedApplicationsPage, {
    applications: [
      {
        client: 'calendar',
        name: 'Calendar',
        host: 'calendar.example',
        owner: 'Harbour Street Software',
        permissions: ['See your name and username', 'See the tickets you ordered'],
        offline: true,
        grantedAt: '2026-11-20T16:02:00Z',
      },
      { client: 'library', name: 'Harbour Street Library', host: 'library.example', permissions: ['See your name'], grantedAt: '2026-10-02T08:30:00Z' },
    ],
    withdrawAction: '/consent/applications/withdraw',
    formToken,
    accountUrl: '/account',
    withdrawn: 'Seat Map',
  }),
  sample('connected-applications-none', connectedApplicationsPage, {
    applications: [],
    withdrawAction: '/consent/applications/withdraw',
    formToken,
    accountUrl: '/account',
  }),
  sample('account', accountPage, {
    ...account,
    sessions: [
      { ...thisDevice, sid: 's2', current: false, browser: 'Safari 19', system: 'iPhone', network: '198.51.100.23', applications: ['Calendar'] },
      thisDevice,
      { ...thisDevice, sid: 's3', current: false, browser: 'Chrome 142', system: 'Windows', network: '2001:db8:4::/64', applications: [] },
    ],
    deliveries: [
      { applicationName: 'Box Office', state: 'delivered', attempts: [{ at: '2026-11-24T09:00:01Z', answer: '200 OK', tookMs: 18 }], queuedAt: '2026-11-24T09:00:00Z' },
      { applicationName: 'Calendar', state: 'trying', attempts: [failed, { ...failed, answer: 'no answer', tookMs: 5003 }], queuedAt: '2026-11-24T09:00:00Z', nextAt: '2026-11-24T09:14:00Z' },
      { applicationName: 'Harbour Street Library', state: 'parked', attempts: [failed, failed, { ...failed, answer: 'connection refused', tookMs: 3 }], queuedAt: '2026-11-23T09:00:00Z' },
      { applicationName: 'Seat Map', state: 'trying', attempts: [], queuedAt: '2026-11-24T09:12:00Z' },
    ],
    notice: 'session-ended',
  }),
  sample('account-quiet', accountPage, { ...account, sessions: [thisDevice], deliveries: [] }),
  sample('password', passwordPage, { action: '/account/password', formToken, username: 'ada', minLength: 15, cancelUrl: '/account' }),
  sample('password-problems', passwordPage, {
    action: '/account/password',
    formToken,
    username: 'ada',
    minLength: 15,
    cancelUrl: '/account',
    problems: { current: 'wrong', password: { text: 'Your name is part of this password. Choose another one.' } },
  }),
  sample('setup', setupPage, { action: '/admin/setup', formToken, hidden: [['link', 'Zk1']], minLength: 15 }),
  sample('setup-problems', setupPage, {
    action: '/admin/setup',
    formToken,
    name: 'Ada Lovelace',
    username: 'ada lovelace',
    minLength: 15,
    problems: { login: 'not-allowed', password: 'too-short' },
  }),
  sample('form-post', formPostPage, {
    action: 'https://calendar.example/callback',
    applicationName: 'Calendar',
    fields: [
      ['code', 'c-1'],
      ['state', 's-1'],
      ['submit', 'x'],
    ],
  }),
];
