import { SaxesParser } from 'saxes';

export interface Element {
  readonly uri: string;
  readonly local: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** Its own text, without that of its children. */
  readonly text: string;
}

/** @throws Error when the text is not well-formed, in namespaces too. A document type is refused: no answer of this protocol has one. */
export function parseXml(text: string): Element {
  const parser = new SaxesParser({ xmlns: true });
  type Open = { uri: string; local: string; attributes: Map<string, string>; children: Element[]; text: string };
  const open: Open[] = [];
  let root: Element | null = null;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('the document has a document type');
  });
  parser.on('opentag', ({ uri, local, attributes }) => {
    const own = Object.values(attributes).map((one): [string, string] => [one.local, one.value]);
    const element: Open = { uri, local, attributes: new Map(own), children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  const addText = (more: string): void => {
    const current = open.at(-1);
    if (current !== undefined) current.text += more;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (open.length === 0 && closed !== undefined) root = closed;
  });
  parser.write(text).close();
  if (root === null) throw new Error('there is no element');
  return root;
}

export function child(element: Element, local: string, uri = element.uri): Element | null {
  return element.children.find((one) => one.local === local && one.uri === uri) ?? null;
}

export function descendants(element: Element, local: string, uri?: string): Element[] {
  const own = element.children.filter((one) => one.local === local && (uri === undefined || one.uri === uri));
  return [...own, ...element.children.flatMap((one) => descendants(one, local, uri))];
}
