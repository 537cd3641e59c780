export interface Answer {
  status: number;
  location: string;
  cookies: string[];
  text: string;
}

/** Keeps the cookies of one application and follows nothing by itself. */
export class Browser {
  readonly #jar = new Map<string, string>();
  readonly #base: string;

  constructor(base: string) {
    this.#base = base;
  }

  /** From the button to the callback, through the provider. */
  async signIn(): Promise<Answer> {
    const { location } = await this.get('/sign-in');
    const back = await fetch(location, { redirect: 'manual' });
    return await this.get((back.headers.get('location') ?? '').slice(this.#base.length));
  }

  async page(path: string): Promise<string> {
    return (await this.get(path)).text;
  }

  get(path: string): Promise<Answer> {
    return this.#send(path, {});
  }

  post(path: string, origin = this.#base): Promise<Answer> {
    return this.#send(path, { method: 'POST', body: new URLSearchParams(), headers: { origin } });
  }

  async #send(path: string, init: RequestInit): Promise<Answer> {
    const headers = new Headers(init.headers);
    headers.set('cookie', [...this.#jar].map(([name, value]) => `${name}=${value}`).join('; '));
    const response = await fetch(this.#base + path, { ...init, headers, redirect: 'manual' });
    const cookies = response.headers.getSetCookie();
    for (const line of cookies) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.#jar.delete(name);
      else this.#jar.set(name, value);
    }
    return { status: response.status, location: response.headers.get('location') ?? '', cookies, text: await response.text() };
  }
}
