import { describe, expect, it } from '@jest/globals';
import { samples } from '../samples/samples.ts';
import { accountPage, cancelButtonId, fixedPhrases, formTokenField, signInPage, signedOutPage, submitButtonId } from './index.ts';
import { languages } from './words/words.ts';

const context = { nonce: 'bm9uY2U' };
const bait = [
  '"><script>alert(1)</script>',
  "'><img src=x onerror=alert(1)>",
  '</title></style><svg onload="alert(1)">',
  '" autofocus onfocus="alert(1)',
  'javascript:alert("1")',
  'JaVa\tscript:alert("1")',
  'data:text/html,<b>1</b>',
];
/** Values that are one of a few words by type; a caller cannot put a name there. */
const closed = ['state', 'notice', 'problem', 'login', 'current'];

/** Every copy of the props in which one string is replaced. */
function* baited(value: unknown, put: string, key = ''): Generator<unknown> {
  if (typeof value === 'string') {
    if (!closed.includes(key) && !(key === 'password' && value.startsWith('too-'))) yield put;
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const other of baited(item, put, key)) yield value.map((kept: unknown, at) => (at === index ? other : kept));
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      if (key === 'problem') continue;
      for (const other of baited(item, put, name)) yield { ...value, [name]: other };
    }
  }
}

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

function tagsOf(html: string): Tag[] {
  const markup = html.replace(/(<style[^>]*>)[^<]*/, '$1').replace(/(<script[^>]*>)[^<]*/, '$1');
  return [...markup.matchAll(/<([a-z0-9]+)((?:\s+[^\s=<>"']+(?:="[^"]*")?)*)\s*\/?>/gi)].map(([, name, rest]) => ({
    name: name as string,
    attributes: Object.fromEntries([...(rest ?? '').matchAll(/([^\s=<>"']+)(?:="([^"]*)")?/g)].map(([, key, value]) => [key as string, value ?? ''])),
  }));
}

/** What a hostile text must not have added to a page. */
function offences(found: readonly Tag[], expected: readonly Tag[]): string[] {
  const names = new Set(expected.map(({ name }) => name));
  const scripts = (tags: readonly Tag[]) => tags.filter(({ name }) => name === 'script').length;
  return [
    ...found.flatMap(({ name, attributes }) => [
      ...(names.has(name) ? [] : [`tag ${name}`]),
      ...Object.keys(attributes).filter((attribute) => /^(on|style$)/i.test(attribute)),
      ...['href', 'src', 'action'].filter((key) => /^\s*(java\s*script|data:text)/i.test(attributes[key] ?? '')),
    ]),
    ...(scripts(found) === scripts(expected) ? [] : ['another script']),
  ];
}

describe.each(samples)('page $name', ({ props, render }) => {
  const html = render(props, context);
  const tags = tagsOf(html);

  it('is one whole document that names its language', () => {
    expect(html).toMatch(/^<!doctype html><html lang="en" dir="ltr">.*<\/html>$/s);
    expect(tags.filter(({ name }) => name === 'h1')).toHaveLength(1);
    expect(tags.filter(({ name }) => name === 'main')).toHaveLength(1);
  });

  it('shows what others chose as text, whatever it is', () => {
    for (const put of bait) {
      let tried = 0;
      for (const other of baited(props, put)) {
        tried += 1;
        let hostile: string;
        try {
          hostile = render(other as object, context);
        } catch (refusal) {
          expect(refusal).toBeInstanceOf(TypeError);
          continue;
        }
        expect(hostile).not.toContain(put.includes('<') || put.includes('"') ? put : `"${put}"`);
        expect(offences(tagsOf(hostile), tags)).toEqual([]);
      }
      expect(tried).toBeGreaterThan(0);
    }
  });

  it('obeys the Content-Security-Policy: nonce on style and script, no style attribute, no handler attribute', () => {
    for (const { name, attributes } of tags) {
      if (name === 'style' || name === 'script') expect(attributes['nonce']).toBe(context.nonce);
      expect(Object.keys(attributes).filter((attribute) => /^(on|style$)/.test(attribute))).toEqual([]);
    }
    expect(html).not.toMatch(/innerHTML|eval\(/);
  });

  it('keeps the nonce an attribute', () => {
    expect(render(props, { nonce: '"><script>' })).not.toContain('"><script>');
  });

  it('makes no request to another origin', () => {
    for (const { name, attributes } of tags.filter(({ name }) => ['img', 'link', 'script', 'iframe'].includes(name))) {
      expect(`${name} ${attributes['src'] ?? attributes['href'] ?? ''}`).toMatch(/^\w+ (\/(?!\/)|data:|$)/);
    }
  });

  it('has a visible label, a right autocomplete and no repeated id for each field', () => {
    const labels = tags.filter(({ name }) => name === 'label').map(({ attributes }) => attributes['for']);
    for (const { attributes } of tags.filter(({ name, attributes }) => name === 'input' && attributes['type'] !== 'hidden')) {
      expect(labels).toContain(attributes['id']);
      // A box is its label's to be pressed, and nothing that a browser fills in.
      if (attributes['type'] === 'checkbox') continue;
      expect(attributes['autocomplete']).toMatch(/^(username|username webauthn|current-password|new-password|name)$/);
      for (const id of (attributes['aria-describedby'] ?? '').split(' ').filter(Boolean)) expect(html).toContain(`id="${id}"`);
    }
    const ids = tags.flatMap(({ attributes }) => attributes['id'] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('posts each of its own forms with the form token', () => {
    const forms = html.match(/<form [^>]*>.*?<\/form>/gs) ?? [];
    for (const form of forms) {
      expect(form).toMatch(/^<form method="post" action="/);
      if (!form.includes('https://')) expect(form).toContain(`name="${formTokenField}" value="`);
    }
  });

  it('stays under 30 KB', () => {
    expect(Buffer.byteLength(html)).toBeLessThan(30_000);
  });
});

describe('names that scripts rely on (OpenID conformance suite)', () => {
  const of = (name: string) => {
    const found = samples.find((sample) => sample.name === name);
    if (found === undefined) throw new Error(name);
    return found.render(found.props, context);
  };

  it('has the fields login and password, and the same buttons on sign-in and consent', () => {
    expect(of('sign-in')).toMatch(/<input id="login" name="login"/);
    expect(of('sign-in')).toMatch(/<input id="password" name="password"/);
    for (const page of [of('sign-in'), of('consent'), of('logout-confirm')]) {
      expect(page).toMatch(new RegExp(`<button type="submit" id="${submitButtonId}"`));
      expect(page).toContain(`id="${cancelButtonId}"`);
    }
  });

  it.each([
    ['sign-in-no-match', 'no_match'],
    ['sign-in-missing', 'missing'],
    ['sign-in-locked', 'locked'],
    ['sign-in-expired', 'form_expired'],
    ['password-problems', 'several'],
    ['error', 'redirect_uri_not_registered'],
  ])('says on %s what went wrong as data-error %s', (name, code) => {
    expect(of(name)).toContain(`data-error="${code}"`);
  });

  it('shows the fixed phrase of an error as it is', () => {
    expect(of('error')).toContain(fixedPhrases.redirectUriNotRegistered);
  });

  it.each(languages)('says in %s, too, the phrase that stands for signed out', (lang) => {
    expect(signedOutPage({ applications: [] }, { ...context, lang })).toContain(fixedPhrases.signedOut);
  });
});

describe('sign-in page', () => {
  const props = { action: '/cas/login', formToken: 't', applicationName: 'Box Office' };

  it('keeps the username after an error and never the password', () => {
    const html = signInPage({ ...props, username: 'ada', problem: { code: 'no_match' } }, context);
    expect(html).toMatch(/name="login"[^>]* value="ada"/);
    expect(html).not.toMatch(/name="password"[^>]* value=/);
  });

  it('gives the focus to the summary of an error, else to the first empty field', () => {
    const focused = (html: string) => tagsOf(html).filter(({ attributes }) => 'autofocus' in attributes).map(({ attributes }) => attributes['id']);
    expect(focused(signInPage(props, context))).toEqual(['login']);
    expect(focused(signInPage({ ...props, username: 'ada' }, context))).toEqual(['password']);
    expect(focused(signInPage({ ...props, username: 'ada', problem: { code: 'no_match' } }, context))).toEqual(['error-summary']);
  });

  it('says the minutes of a lock in the right number', () => {
    expect(signInPage({ ...props, problem: { code: 'locked', minutes: 1 } }, context)).toContain('locked for 1 minute after');
    expect(signInPage({ ...props, problem: { code: 'locked', minutes: 15 } }, context)).toContain('locked for 15 minutes after');
  });

  it('leaves out a logo of another origin', () => {
    for (const applicationLogoUrl of ['https://box-office.example/logo.png', '//box-office.example/logo.png', '/\\box-office.example/logo.png']) {
      expect(signInPage({ ...props, applicationLogoUrl }, context)).not.toContain('<img');
    }
    expect(signInPage({ ...props, applicationLogoUrl: '/logos/box-office.png' }, context)).toContain('<img');
  });
});

describe('signed-out page', () => {
  it('asks for itself again only while an application is still being told', () => {
    const page = (state: 'told' | 'trying') => signedOutPage({ applications: [{ name: 'Box Office', state }], refreshSeconds: 2 }, context);
    expect(page('trying')).toContain('<meta http-equiv="refresh" content="2"');
    expect(page('told')).not.toContain('http-equiv="refresh"');
  });
});

describe('what was told, in words', () => {
  const told = (...states: ('told' | 'trying' | 'unreachable')[]) =>
    signedOutPage({ applications: states.map((state) => ({ name: 'Box Office', state })) }, context);

  it('the signed-out page says whether the applications are told', () => {
    expect(told('told', 'trying')).toContain('are being told:');
    expect(told('told', 'told')).toContain('the applications you used were told.');
    expect(told('told', 'unreachable')).toContain('Not every application you used could be told:');
  });

  it('the ledger counts what there is and leaves out what there is not', () => {
    const delivery = { applicationName: 'Box Office', attempts: [], queuedAt: '2026-11-24T09:00:00Z' };
    const { props } = samples.find(({ name }) => name === 'account') as unknown as { props: Parameters<typeof accountPage>[0] };
    const states = ['delivered', 'delivered', 'parked'] as const;
    const page = accountPage({ ...props, deliveries: states.map((state) => ({ ...delivery, state })) }, context);
    expect(page).toContain('2 told · 1 not reached');
    expect(page).not.toContain('0 trying');
  });
});
