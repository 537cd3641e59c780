import { bold, dim, good } from '../prepare/say.mjs';
import { addressOf, demos } from './demos.mjs';

const column = 24;
const line = (label, value, note = '') => `  ${label.padEnd(column)}${bold(value)}${note && `   ${dim(note)}`}`;

export function banner({ publicUrl, setupUrl, rssMb, demo, data, seconds }) {
  const lines = [
    '',
    `  ${good('●')} ${bold('Latchkey is open')}   ${dim(`after ${seconds.toFixed(1)} s, using ${Math.round(rssMb)} MB`)}`,
    '',
    ...(demo
      ? [
          ...demos.map((each) => line(each.name, addressOf(each), each.says)),
          '',
          line('Sign in as', 'ada'),
          line('with the password', 'correct horse battery staple'),
          '',
        ]
      : []),
    line('Your account', `${publicUrl}/account`),
    line('For applications', `${publicUrl}/.well-known/openid-configuration`),
    line('', `${publicUrl}/cas/login`),
    ...(setupUrl ? [line('First administrator', setupUrl, 'works once')] : []),
    '',
    `  ${dim(data)}`,
    `  ${dim('Ctrl-C stops everything. Settings and other ways to run: README.md')}`,
    '',
  ];
  console.log(lines.join('\n'));
}
