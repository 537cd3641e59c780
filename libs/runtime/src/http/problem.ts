export interface FieldError {
  readonly path: string;
  readonly message: string;
  readonly line?: number;
}

/** An error for a program to read. `detail` is for the caller; what only we may know goes into `cause`. @see RFC 9457 */
export class Problem extends Error {
  readonly errors: readonly FieldError[];

  constructor(
    readonly status: number,
    readonly code: string,
    readonly title: string,
    readonly detail: string,
    options: { errors?: readonly FieldError[]; cause?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(`${code}: ${detail}`, { cause: options.cause });
    this.name = 'Problem';
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }

  readonly headers: Readonly<Record<string, string>>;

  body(instance?: string): object {
    return {
      type: 'about:blank',
      title: this.title,
      status: this.status,
      code: this.code,
      detail: this.detail,
      ...(this.errors.length === 0 ? {} : { errors: this.errors }),
      ...(instance === undefined ? {} : { instance }),
    };
  }
}
