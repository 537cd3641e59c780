import { html } from 'hono/html';
import { type HtmlEscapedString } from 'hono/utils/html';

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

interface Frame {
  title: string;
  name?: string;
  body: Html;
}

export const layout = ({ title, name, body }: Frame): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Tern Calendar</title>
<meta name="theme-color" content="#eef5f1" media="(prefers-color-scheme: light)">
<meta name="theme-color" content="#0d1614" media="(prefers-color-scheme: dark)">
<link rel="icon" href="/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/style.css">
</head>
<body>
<a class="hidden skip" href="#main">Skip to the page</a>
<header class="bar">
<a class="brand" href="/"><img src="/icon.svg" alt="" width="36" height="36"><span>Tern <i>Calendar</i></span></a>
${name === undefined ? '' : account(name)}
</header>
<main id="main">${body}</main>
<footer>Tern Calendar is a demo application. It keeps nothing: it reads, shows and forgets.</footer>
</body>
</html>`;

const account = (name: string): Html => html`<div class="me">
<span class="disc" aria-hidden="true">${[...name][0]?.toUpperCase()}</span><span class="long" data-person>${name}</span>
<form method="post" action="/sign-out"><button class="quiet">Sign out</button></form>
</div>`;
