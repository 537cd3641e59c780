/** What a test needs to know of a page, read without a browser: its forms, and what a person sees. */

export interface Field {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  readonly checked: boolean;
}

export interface Form {
  readonly action: string;
  readonly method: string;
  readonly fields: readonly Field[];
}

export function formsOf(page: { readonly url: string; readonly body: string }): Form[] {
  return [...withoutComments(page.body).matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head = '', inner = '']) => ({
    action: new URL(attribute(head, 'action') || page.url, page.url).href,
    method: (attribute(head, 'method') ?? 'get').toUpperCase(),
    fields: [...inputs(inner), ...buttons(inner), ...textareas(inner)],
  }));
}

/** The form that asks for a password. */
export function loginFormOf(page: { readonly url: string; readonly body: string }): Form | null {
  return formsOf(page).find(({ fields }) => fields.some(({ type }) => type === 'password')) ?? null;
}

/** What is submitted without anybody touching it. */
export function untouched(form: Form): [string, string][] {
  return form.fields.filter(({ type, checked }) => !['submit', 'button', 'reset', 'image'].includes(type) && (!['checkbox', 'radio'].includes(type) || checked)).map(({ name, value }) => [name, value]);
}

/** The words of a page. */
export function textOf(body: string): string {
  return unescapeHtml(
    withoutComments(body)
      .replace(/<(script|style|head|template)\b[\s\S]*?<\/\1>/gi, ' ')
      .replace(/<[^>]*>/g, ' '),
  )
    .replace(/\s+/g, ' ')
    .trim();
}

/** Addresses to which a page leads: links, forms, frames, scripts and refreshes. */
export function leadsTo(page: { readonly url: string; readonly body: string }): string[] {
  const body = withoutComments(page.body);
  const named = [...body.matchAll(/\b(?:href|action|src|data)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/gi)].map(([, a, b, c]) => unescapeHtml(a ?? b ?? c ?? ''));
  const refreshed = [...body.matchAll(/content\s*=\s*["'][^"']*url=([^"']*)["']/gi)].map(([, url = '']) => unescapeHtml(url));
  const scripted = [...body.matchAll(/location(?:\.href|\.replace|\.assign)?\s*(?:=|\()\s*(["'])(.*?)\1/gi)].map(([, , url = '']) => unescapeScript(url));
  return [...named, ...refreshed, ...scripted].map((url) => (URL.canParse(url, page.url) ? new URL(url, page.url).href : url));
}

/** Addresses that a browser asks for by itself when it shows a page. */
export function loads(page: { readonly url: string; readonly body: string }): string[] {
  return [...withoutComments(page.body).matchAll(/<(?:iframe|frame|img|script|embed|link)\b[^>]*>/gi)].flatMap(([tag]) => {
    const url = attribute(tag, 'src') ?? attribute(tag, 'href');
    return url === undefined || !URL.canParse(url, page.url) ? [] : [new URL(url, page.url).href];
  });
}

function inputs(html: string): Field[] {
  return [...html.matchAll(/<input\b[^>]*>/gi)].flatMap(([tag]) => {
    const name = attribute(tag, 'name');
    const type = (attribute(tag, 'type') ?? 'text').toLowerCase();
    const fallback = type === 'checkbox' ? 'on' : '';
    return name === undefined || name === '' ? [] : [{ name, type, value: attribute(tag, 'value') ?? fallback, checked: /\schecked(?=[\s=/>])/i.test(tag) }];
  });
}

function buttons(html: string): Field[] {
  return [...html.matchAll(/<button\b[^>]*>/gi)].flatMap(([tag]) => {
    const name = attribute(tag, 'name');
    return name === undefined || name === '' ? [] : [{ name, type: 'submit', value: attribute(tag, 'value') ?? '', checked: false }];
  });
}

function textareas(html: string): Field[] {
  return [...html.matchAll(/<textarea\b([^>]*)>([\s\S]*?)<\/textarea>/gi)].flatMap(([, head = '', text = '']) => {
    const name = attribute(head, 'name');
    return name === undefined ? [] : [{ name, type: 'textarea', value: unescapeHtml(text), checked: false }];
  });
}

function attribute(tag: string, name: string): string | undefined {
  const [, doubled, single, bare] = new RegExp(`(?:^|\\s)${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s"'>]+))`, 'i').exec(tag) ?? [];
  const value = doubled ?? single ?? bare;
  return value === undefined ? undefined : unescapeHtml(value);
}

const withoutComments = (html: string): string => html.replace(/<!--[\s\S]*?-->/g, '');

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&', nbsp: ' ' };

function unescapeHtml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return NAMED[(name ?? '').toLowerCase()] ?? whole;
  });
}

const unescapeScript = (text: string): string =>
  text.replace(/\\(?:u([0-9a-f]{4})|x([0-9a-f]{2})|(.))/gi, (_whole, unicode?: string, hex?: string, plain?: string) =>
    plain === undefined ? String.fromCharCode(parseInt(unicode ?? hex ?? '0', 16)) : plain,
  );
