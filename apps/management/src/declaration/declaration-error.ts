export interface DeclarationError {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  /** `clients[0].redirectUris[1]`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
}

/** The file was refused whole: nothing of it was applied. */
export class DeclarationRefused extends Error {
  constructor(
    readonly file: string,
    readonly errors: readonly DeclarationError[],
  ) {
    super(
      [
        `${file} has ${errors.length} ${errors.length === 1 ? 'error' : 'errors'}; nothing of it was applied`,
        ...errors.map(({ line, column, path, message }) => `  line ${line}, column ${column}: ${path === '' ? '' : `${path} `}${message}`),
      ].join('\n'),
    );
    this.name = 'DeclarationRefused';
  }
}
