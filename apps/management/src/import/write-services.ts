import { Document, isMap, isSeq } from 'yaml';
import type { WrittenService } from './written-service.ts';

export interface ToWrite {
  readonly file: string;
  readonly description: string;
  readonly services: readonly WrittenService[];
}

const HEAD = ` Services taken over from Apereo CAS by "latchkey import apereo-services". Read the report before this is applied.
 What an earlier file made and the next one does not name goes: put these services into your own file.`;

/** A declarative file, each service under the name of the file that it came from. */
export function writeServices(written: readonly ToWrite[]): string {
  const document = new Document({ services: written.flatMap(({ services }) => services) }, { aliasDuplicateObjects: false });
  document.commentBefore = HEAD;
  const list = document.get('services');
  const comments = written.flatMap(({ file, description, services }) => services.map(() => comment(file, description)));
  if (isSeq(list)) for (const [index, node] of list.items.entries()) if (isMap(node)) node.commentBefore = comments[index]!;
  return document.toString({ lineWidth: 0 });
}

function comment(file: string, description: string): string {
  const lines = [file, ...description.split(/\r?\n/)].map((line) => line.replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, ' ').trim());
  return lines.filter((line) => line !== '').map((line) => ` ${line}`).join('\n');
}
