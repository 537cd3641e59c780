import { html } from 'hono/html';
import { type HtmlEscapedString } from 'hono/utils/html';
import { type Visitor } from '../sessions.ts';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

export interface Frame {
  title: string;
  visitor?: Visitor | undefined;
  here?: '/basket' | '/tickets';
  body: Html;
}

export const layout = ({ title, visitor, here, body }: Frame): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Box Office</title>
<meta name="theme-color" content="#f7f0e3" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#170d10" media="(prefers-color-scheme: dark)">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="skip" href="#main">Skip to the page</a>
<header class="house"><div class="wrap">
<a class="brand" href="/"><img src="/icon.svg" alt="" width="34" height="34"><span>Box Office<small>The Marlowe Playhouse</small></span></a>
${visitor === undefined ? '' : menu(visitor, here)}
</div></header>
<main id="main"><div class="wrap">${body}</div></main>
<footer class="house"><div class="wrap">The Marlowe Playhouse, Quayside. A demo: no money is taken, and there is no play.</div></footer>
</body>
</html>`;

const menu = (visitor: Visitor, here: Frame['here']): Html => html`<nav aria-label="Your account">
<a href="/tickets"${current('/tickets', here)}>My tickets</a>
<a href="/basket"${current('/basket', here)}>Basket</a>
<span class="who" data-person>${visitor.name}</span>
<form method="post" action="/sign-out"><button class="link">Sign out</button></form>
</nav>`;

const current = (path: string, here: string | undefined): Html | string => (path === here ? html` aria-current="page"` : '');
