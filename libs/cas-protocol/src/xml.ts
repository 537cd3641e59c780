/** Characters that XML 1.0 cannot hold, not even escaped. A lone surrogate is one. @see XML 1.0 §2.2 */
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * Replaces what XML 1.0 cannot hold by U+FFFD, so that one odd character of one attribute neither breaks the document
 * nor makes two values equal by vanishing.
 */
export function legalXml(text: string): string {
  return text.replace(ILLEGAL, '\ufffd');
}

const NAME_START =
  'A-Z_a-z\u{C0}-\u{D6}\u{D8}-\u{F6}\u{F8}-\u{2FF}\u{370}-\u{37D}\u{37F}-\u{1FFF}\u{200C}-\u{200D}\u{2070}-\u{218F}\u{2C00}-\u{2FEF}\u{3001}-\u{D7FF}\u{F900}-\u{FDCF}\u{FDF0}-\u{FFFD}\u{10000}-\u{EFFFF}';
const STARTS_NAME = new RegExp(`^[${NAME_START}]$`, 'u');
const IN_NAME = new RegExp(`^[${NAME_START}\\-.0-9\u{B7}\u{300}-\u{36F}\u{203F}-\u{2040}]$`, 'u');

/**
 * An attribute name as a local element name. A character that an NCName cannot hold becomes `_xHHHH_` (the convention of
 * ISO 9075-14), and so does an underscore that would read as the begin of one: two names never become the same element.
 * @see Namespaces in XML 1.0 §3
 */
export function elementName(name: string): string {
  const characters = [...name];
  return characters
    .map((character, index) => {
      if (character === '_' && /^_x[0-9A-Fa-f]{4,6}_/.test(characters.slice(index).join(''))) return escaped(character);
      return (index === 0 ? STARTS_NAME : IN_NAME).test(character) ? character : escaped(character);
    })
    .join('');
}

function escaped(character: string): string {
  return `_x${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}_`;
}

/**
 * One element. Written by hand because a validation answer is a hot path: a document builder costs several times as much.
 * `content` is XML already: an element, several, or `textXml(…)`.
 */
export function element(name: string, attributes: Readonly<Record<string, string>>, content: string): string {
  const pairs = Object.entries(attributes).map(([key, value]) => ` ${key}="${textXml(value)}"`);
  return `<${name}${pairs.join('')}>${content}</${name}>`;
}

/** Text as it may stand in content and in attributes. White space that a parser would normalise travels as a reference. */
export function textXml(text: string): string {
  return legalXml(text).replace(/[&<>"'\r\n\t\u0085\u2028]/g, (character) => ENTITIES[character] ?? `&#${character.charCodeAt(0)};`);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };
