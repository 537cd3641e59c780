import { html } from 'hono/html';
import { layout, type Html } from './layout.ts';

interface Props {
  title: string;
  text: string;
  action?: { href: string; label: string };
  code?: string;
}

export const messagePage = ({ title, text, action = { href: '/', label: 'To the start page' }, code }: Props): Html =>
  layout({
    title,
    body: html`<div class="plain"${code === undefined ? '' : html` data-error="${code}"`}><h1>${title}</h1><p>${text}</p><a class="pill" href="${action.href}">${action.label}</a></div>`,
  });
