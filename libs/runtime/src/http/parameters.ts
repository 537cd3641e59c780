import type { FastifyRequest } from 'fastify';

/** A parameter came more than once where the protocol allows one. @see RFC 6749 §3.1 */
export class RepeatedParameter extends Error {
  constructor(readonly parameter: string) {
    super(`the parameter ${parameter} came more than once`);
    this.name = 'RepeatedParameter';
  }
}

/** Query or form parameters, parsed once, with repeats still visible. */
export class Parameters {
  constructor(private readonly source: URLSearchParams) {}

  /** @throws RepeatedParameter */
  one(name: string): string | undefined {
    const values = this.source.getAll(name);
    if (values.length > 1) throw new RepeatedParameter(name);
    return values[0];
  }

  all(name: string): string[] {
    return this.source.getAll(name);
  }

  has(name: string): boolean {
    return this.source.has(name);
  }

  repeated(): string[] {
    const names = [...this.source.keys()];
    return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
  }

  entries(): [string, string][] {
    return [...this.source.entries()];
  }

  toString(): string {
    return this.source.toString();
  }
}

/** The query of a GET, the form of a POST. A POST without a form has no parameters. */
export function parametersOf(request: FastifyRequest): Parameters {
  const source = request.method === 'POST' ? request.body : request.query;
  return new Parameters(source instanceof URLSearchParams ? source : new URLSearchParams());
}

/** The query, whatever the method. */
export function queryOf(request: FastifyRequest): Parameters {
  return new Parameters(request.query instanceof URLSearchParams ? request.query : new URLSearchParams());
}
