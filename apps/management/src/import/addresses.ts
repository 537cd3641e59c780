import { servicePatternFault, type Match } from '@latchkey/cas-protocol';
import { ANYTHING, NotCarriedOver, found, hasLooseDot, readJavaRegex, unanchored, writeRe2, type Branch, type Node } from './java-regex.ts';

/** Addresses that one service can hold: one way of matching for all of them. */
export interface Addresses {
  readonly match: Match;
  readonly urls: readonly string[];
}

export interface ReadServiceId {
  /** Empty where nothing of the pattern can be carried over. */
  readonly addresses: readonly Addresses[];
  /** Parts of the pattern that are not carried over: what, and why. */
  readonly left: readonly { readonly what: string; readonly why: string }[];
  /** Where the addresses are fewer than those of the pattern, in words. */
  readonly notes: readonly string[];
}

const LOOSE_DOTS = 'has dots without a backslash, which stand for any character there; between letters, and in a host, they were taken as the dots that they look like';
const MOST_URLS = 50;
const MOST_STEPS = 5_000;

/**
 * Addresses that match nothing that the pattern did not match: an origin is written out, since here it is always literal or one label
 * is free, and what follows becomes a path, a path and everything below it, or an expression of RE2.
 * `partly`: the pattern was found anywhere in the address (PartialRegexRegisteredServiceMatchingStrategy).
 * @throws NotCarriedOver in words that follow "has a pattern that …"
 */
export function readServiceId(source: string, partly = false): ReadServiceId {
  const branches = readJavaRegex(source);
  const reading = new Reading();
  if (partly && branches.some((branch) => branch[0]?.kind !== 'start')) reading.note('was found anywhere in an address; now an address has to begin with it');
  if (hasLooseDot(branches)) reading.note(LOOSE_DOTS);
  const whole = unanchored(partly ? found(branches, false) : branches);
  for (const branch of whole) reading.follow('', branch);
  return reading.result();
}

/** An origin that was read to its end, and what may follow; null: nothing may, not even a slash. */
interface Place {
  readonly origin: string;
  readonly rest: Branch | null;
  /** The origin alone and everything below it. */
  readonly below?: boolean;
}

interface Item {
  readonly match: Match;
  readonly url: string;
}

class Reading {
  private readonly places: Place[] = [];
  private readonly left: { what: string; why: string }[] = [];
  private readonly notes = new Set<string>();
  private steps = 0;

  note(text: string): void {
    this.notes.add(text);
  }

  private leave(what: string, why: string): void {
    if (!this.left.some((one) => one.what === what && one.why === why)) this.left.push({ what, why });
  }

  /** `done` is what an address begins with; `nodes` is what the pattern says to what follows. */
  follow(done: string, nodes: Branch): void {
    if (++this.steps > MOST_STEPS || this.places.length > MOST_URLS) throw new NotCarriedOver(`stands for more than ${MOST_URLS} origins`);
    if (atHost(done) && this.followFreeLabel(done, nodes)) return;
    if (/^https?:\/\/.*[a-z0-9]$/.test(done) && isAnything(nodes, 1)) return this.takeOpenEnd(done, nodes[0]!);
    const [first, ...rest] = nodes;
    if (first === undefined) return hasHost(done) ? void this.places.push({ origin: done, rest: null }) : this.leave(shownAddress(done, []), 'ends before it names a host');
    if (first.kind === 'choice') return first.branches.forEach((branch) => this.follow(done, [...branch, ...rest]));
    if (first.kind === 'repeat') return this.followRepeat(done, first, rest);
    const characters = first.kind === 'any' && !done.includes('://') ? null : charactersOf(first);
    if (characters === null) return this.leave(shownAddress(done, nodes), openWhy(done));
    if (first.kind === 'any') this.note(LOOSE_DOTS);
    for (const character of characters) this.take(done, character, rest);
  }

  private take(done: string, character: string, rest: Branch): void {
    const next = done + character;
    if (!done.includes('://') && !'http://'.startsWith(next) && !'https://'.startsWith(next)) return this.leave(shownAddress(next, rest), 'is neither http nor https');
    if (hasHost(next) && !/[a-z0-9._:[\]-]/.test(character)) return this.leave(shownAddress(next, rest), `has ${character} in its host, or right after it`);
    if (/:\/\/[.:]|\.\./.test(next)) return this.leave(shownAddress(next, rest), 'has a host with an empty label');
    if (character !== '/' || !hasHost(done)) return this.follow(next, rest);
    this.places.push({ origin: done, rest });
  }

  private followRepeat(done: string, { node, least, most }: Extract<Node, { kind: 'repeat' }>, rest: Branch): void {
    const slash = node.kind === 'char' && node.char === '/' && hasHost(done);
    if (most === Infinity && !slash) {
      // What is optional may be missing, but not where anything may stand: `https://.*example` without its middle is a guess.
      if (least === 0 && node.kind !== 'any') this.follow(done, rest);
      return this.leave(shownAddress(done, [{ kind: 'repeat', node, least, most }, ...rest]), openWhy(done));
    }
    if (least === 0) this.follow(done, rest);
    if (most > 0) this.follow(done, [node, ...(most > 1 ? [{ kind: 'repeat', node, least: Math.max(least - 1, 0), most: most - 1 } as const] : []), ...rest]);
  }

  /** `https://.*\.example\.org` and the like: the first label of the host is free. */
  private followFreeLabel(done: string, nodes: Branch): boolean {
    const [first, ...rest] = nodes;
    if (first?.kind !== 'repeat' || first.most !== Infinity || first.least > 1 || !standsForLabels(first.node)) return false;
    const severalLabels = first.node.kind === 'any' || standsFor(first.node, '.');
    const next = rest[0];
    const dotted = next?.kind === 'any' || (next?.kind === 'char' && next.char === '.');
    if (!dotted && !(severalLabels && next?.kind === 'char' && /[a-z0-9]/i.test(next.char))) return false;
    if (severalLabels) this.note('left its host open to any number of labels; here * stands for one');
    if (!dotted) this.note('had no dot before the domain, so that other domains that end alike matched too; here a dot has to stand there');
    this.follow(`${done}*`, dotted ? rest : [{ kind: 'char', char: '.', loose: false }, ...rest]);
    return true;
  }

  /** `https://app.example.org.*` let in every host that begins so. */
  private takeOpenEnd(done: string, anything: Node): void {
    this.note('let the host go on after its end, so that app.example.org.evil.example matched too; here the host ends there');
    this.places.push({ origin: done, rest: [ANYTHING] });
    if (anything.kind === 'repeat' && anything.least === 0) this.places.push({ origin: done, rest: null });
  }

  result(): ReadServiceId {
    const free = this.places.filter(({ origin }) => origin.includes('*'));
    const named = this.places.filter(({ origin }) => !origin.includes('*'));
    const addresses = [
      this.alike(bareOrigins(named).flatMap(itemsOf)),
      this.freeLabels(bareOrigins(free).flatMap(itemsOf)),
    ].flatMap((read) => {
      const items = this.registrable(read);
      const urls = [...new Set(items.map(({ url }) => url))];
      if (urls.length > MOST_URLS) throw new NotCarriedOver(`stands for ${urls.length} addresses, and a service holds ${MOST_URLS}`);
      return urls.length === 0 ? [] : [{ match: items[0]!.match, urls }];
    });
    return { addresses, left: this.left, notes: [...this.notes] };
  }

  /** One service has one way of matching: where they differ, expressions say what the others would. */
  private alike(items: readonly Item[]): readonly Item[] {
    if (items.every(({ match }) => match === items[0]!.match)) return items;
    return items.flatMap((item) => {
      if (item.match === 'regex') return [item];
      const [, origin, path] = /^(https?:\/\/[^/]+)(.*)$/.exec(item.url) as unknown as [string, string, string];
      const below = item.match === 'path-prefix';
      if (path === '') this.leave(origin, 'is an origin without a slash beside paths that need an expression; register it as a service of its own');
      if (path === '' && !below) return [];
      return [{ match: 'regex' as const, url: `${origin}${literally(path === '' ? '/' : path)}${below ? '.*' : ''}` }];
    });
  }

  private freeLabels(items: readonly Item[]): readonly Item[] {
    return items.flatMap((item) => {
      if (item.match === 'path-prefix') return [{ ...item, match: 'wildcard-host' as const }];
      this.leave(item.url, 'joins a host with a free label to less than everything below a path, which no way of matching does');
      return [];
    });
  }

  private registrable(items: readonly Item[]): readonly Item[] {
    return items.filter(({ url, match }) => {
      const fault = servicePatternFault(url, match);
      if (fault !== null) this.leave(url, fault);
      return fault === null;
    });
  }
}

/** `https://a(/.*)?`: the origin alone, and everything below it, are one path-prefix. */
function bareOrigins(places: readonly Place[]): readonly Place[] {
  const open = new Set(places.filter(({ rest }) => rest !== null && isAnything(rest)).map(({ origin }) => origin));
  const bare = new Set(places.filter(({ rest }) => rest === null).map(({ origin }) => origin));
  return places.flatMap((place) => {
    if (!open.has(place.origin) || !bare.has(place.origin)) return [place];
    if (place.rest === null) return [{ ...place, below: true }];
    return isAnything(place.rest) ? [] : [place];
  });
}

function itemsOf({ origin, rest, below }: Place): readonly Item[] {
  if (rest === null) return [{ match: below === true ? 'path-prefix' : 'exact', url: origin }];
  const paths = writtenOut('/', rest);
  const [first] = paths ?? [];
  if (paths === null || !paths.every(({ match }) => match === first!.match)) return [{ match: 'regex', url: `${origin}/${writeRe2(rest)}` }];
  return paths.map(({ path, match }) => ({ match, url: origin + path }));
}

function literally(path: string): string {
  return writeRe2([...path].map((char) => ({ kind: 'char', char, loose: false })));
}

interface Path {
  readonly path: string;
  readonly match: 'exact' | 'path-prefix';
}

const MOST_PATHS = 10;

/** Paths of a pattern that stands for few; null where it stands for many or needs an expression. */
function writtenOut(start: string, nodes: Branch): readonly Path[] | null {
  const paths: Path[] = [];
  const waiting: { done: string; nodes: Branch }[] = [{ done: start, nodes }];
  for (let state = waiting.pop(); state !== undefined; state = waiting.pop()) {
    const { done, nodes: [first, ...rest] } = state;
    if (paths.length + waiting.length > MOST_PATHS) return null;
    if (first === undefined) paths.push({ path: done, match: 'exact' });
    else if (isAnything([first])) {
      // What follows a query is no path: a prefix with a query matches itself alone.
      if (rest.length > 0 || !done.endsWith('/') || done.includes('?')) return null;
      paths.push({ path: done, match: 'path-prefix' });
    } else if (first.kind === 'choice') waiting.push(...first.branches.map((branch) => ({ done, nodes: [...branch, ...rest] })));
    else if (first.kind === 'char') waiting.push({ done: done + first.char, nodes: rest });
    else if (first.kind === 'repeat' && first.least === 0 && first.most === 1) waiting.push({ done, nodes: rest }, { done, nodes: [first.node, ...rest] });
    else return null;
  }
  return paths.reverse();
}

function isAnything([first, ...rest]: Branch, least = 0): boolean {
  return rest.length === 0 && first?.kind === 'repeat' && first.node.kind === 'any' && first.most === Infinity && first.least <= least;
}

function charactersOf(node: Node): readonly string[] | null {
  if (node.kind === 'char') return [node.char.toLowerCase()];
  if (node.kind === 'any') return ['.'];
  if (node.kind !== 'set' || node.negated) return null;
  const characters = [...new Set([...node.chars].map((char) => char.toLowerCase()))].filter((char) => /[a-z0-9._:/-]/.test(char));
  return characters.length > 0 && characters.length <= 16 ? characters : null;
}

const LABEL = [...'abcdefghijklmnopqrstuvwxyz0123456789-_'];

function standsForLabels(node: Node): boolean {
  return node.kind === 'any' || LABEL.every((char) => standsFor(node, char));
}

function standsFor(node: Node, char: string): boolean {
  return node.kind === 'set' && node.chars.has(char) !== node.negated;
}

function atHost(done: string): boolean {
  return done === 'http://' || done === 'https://';
}

function hasHost(done: string): boolean {
  return /^https?:\/\/[^/]+$/.test(done);
}

function openWhy(done: string): string {
  if (!done.includes('://')) return 'leaves its scheme open';
  if (/:\d*$/.test(done)) return 'leaves its port open; name the ports that are in use';
  return 'leaves its host open in a way that is not one whole first label; name the hosts, or write *.example.org with match: wildcard-host';
}

function shownAddress(done: string, nodes: Branch): string {
  return `${done}${writeRe2(nodes)}`;
}
