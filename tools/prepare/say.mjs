import process from 'node:process';

const terminal = process.stdout.isTTY === true;
const colour = terminal && !process.env.NO_COLOR;
const paint = (code) => (text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = paint('1');
export const dim = paint('2');
export const good = paint('32');
export const bad = paint('31');

/**
 * Shows that something is being done, for how long, and how it ended. On a terminal one line that changes; elsewhere a
 * line at the beginning, at the end, and every ten seconds between.
 *
 * @template T
 * @param {string} what
 * @param {(detail: (line: string) => void) => Promise<T>} work `detail` shows what is being done within it
 */
export async function step(what, work) {
  const began = performance.now();
  const seconds = () => `${((performance.now() - began) / 1000).toFixed(1)} s`;
  let detail = '';
  const show = () => process.stdout.write(`\r\u001b[2K  ${dim('…')} ${what}${detail && dim(` · ${detail}`)} ${dim(seconds())}`);
  const wait = terminal ? setInterval(show, 100) : setInterval(() => console.log(`    ${what} … ${seconds()}`), 10_000);
  if (!terminal) console.log(`  … ${what}`);
  const end = (mark) => {
    clearInterval(wait);
    console.log(`${terminal ? '\r\u001b[2K' : ''}  ${mark} ${what} ${dim(seconds())}`);
  };
  try {
    const result = await work((line) => {
      detail = line;
      if (!terminal) console.log(`    ${line}`);
    });
    end(good('✓'));
    return result;
  } catch (error) {
    end(bad('✗'));
    throw error;
  }
}

/** Runs a script of ours: what can be mended is said in words, anything else with its stack. */
export async function told(work) {
  try {
    await work();
  } catch (error) {
    console.error(`\n${error.name === 'Advice' ? error.message : error.stack}\n`);
    process.exit(1);
  }
}
