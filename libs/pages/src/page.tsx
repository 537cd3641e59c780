import { type ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { type PageContext } from './context.ts';
import { Brand } from './parts/brand.tsx';
import { style } from './style.ts';
import { type Words } from './words/en.ts';
import { fill, wordsFor } from './words/words.ts';

const operator = 'Latchkey';
const icon =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><rect width="24" height="24" rx="6" fill="#3a5fcd"/><path d="M12 5a4 4 0 0 1 1.8 7.6L15 19H9l1.2-6.4A4 4 0 0 1 12 5Z" fill="#fff"/></svg>',
  );

/** What the parts of one page share. */
export interface Scene {
  readonly words: Words;
  readonly lang: string;
  readonly operator: string;
}

export interface Page {
  /** Title of the window, without the operator's name. */
  readonly title: string;
  readonly body: ComponentChildren;
  readonly wide?: boolean;
  readonly refreshSeconds?: number;
  /** Constant code, run after the page stands. It only adds. */
  readonly script?: string;
}

/** Renders one page to a whole document. Everything but the two constants (style, script) is escaped by the renderer. */
export function renderPage(context: PageContext, page: (scene: Scene) => Page): string {
  const { words, lang } = wordsFor(context.lang);
  const scene: Scene = { words, lang, operator: context.theme?.name ?? operator };
  const { title, body, wide, refreshSeconds, script } = page(scene);
  return `<!doctype html>${renderToString(
    <html lang={lang} dir={words.dir}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        {refreshSeconds === undefined ? null : <meta http-equiv="refresh" content={String(refreshSeconds)} />}
        <title>{fill(words.pageTitle, { page: title, operator: scene.operator })}</title>
        <link rel="icon" href={icon} />
        <style nonce={context.nonce} dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <div class={wide === true ? 'page wide' : 'page'}>
          <header>
            <Brand name={scene.operator} logoUrl={context.theme?.logoUrl} />
          </header>
          <main>{body}</main>
        </div>
        {script === undefined ? null : <script nonce={context.nonce} dangerouslySetInnerHTML={{ __html: script }} />}
      </body>
    </html>,
  )}`;
}
