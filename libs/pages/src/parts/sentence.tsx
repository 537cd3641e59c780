import { Fragment, type ComponentChildren } from 'preact';

/** A sentence of the words table whose marks are filled with elements: names in bold, times, links. */
export function Sentence({ text, parts }: { text: string; parts: Readonly<Record<string, ComponentChildren>> }) {
  return (
    <>
      {text.split(/\{(\w+)\}/).map((piece, index) => (
        <Fragment key={index}>{index % 2 === 0 ? piece : parts[piece]}</Fragment>
      ))}
    </>
  );
}

/** A name that somebody else chose: kept together for the reading direction, so that it cannot turn the words around it. */
export function Name({ children }: { children: string }) {
  return (
    <b>
      <bdi>{children}</bdi>
    </b>
  );
}
