// Plain syntax and no imports of ours: this must run on the old Node that it complains about.
import { readFileSync } from 'node:fs';

const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
const running = process.versions.node.split('.').map(Number);

/** The few forms that package.json uses: `^20.19.0 || ^22.13.0 || >=24.11.0`. */
function accepts(range) {
  const [, kind, ...wanted] = /^(\^|>=)(\d+)\.(\d+)\.(\d+)$/.exec(range.trim()).map((part, index) => (index > 1 ? Number(part) : part));
  if (kind === '^' && running[0] !== wanted[0]) return false;
  const difference = running.map((part, index) => part - wanted[index]).find((part) => part !== 0);
  return difference === undefined || difference > 0;
}

if (!engines.node.split('||').some(accepts)) {
  console.error(`\nLatchkey needs Node ${engines.node}; this is Node ${process.versions.node} (${process.execPath}).\nInstall a newer one (https://nodejs.org) and try again.\n`);
  process.exit(1);
}
