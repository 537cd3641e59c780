import { html } from 'hono/html';
import { layout, type Html } from './layout.ts';

interface Props {
  title: string;
  text: string;
  action?: { href: string; label: string };
}

export const messagePage = ({ title, text, action = { href: '/', label: 'To the Box Office' } }: Props): Html =>
  layout({
    title,
    body: html`<div class="plain"><h1>${title}</h1><p>${text}</p><a class="button" href="${action.href}">${action.label}</a></div>`,
  });
