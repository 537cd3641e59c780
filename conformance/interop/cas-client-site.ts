import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Browser, freePort } from '@latchkey/testing';
import { Authority } from '../cas/authority.ts';
import type { Started, StartOptions } from '../cas/start-target.ts';
import { openFront, type Front } from '../cas/tls-front.ts';
import { PASSWORD } from '../platform/declaration.ts';
import type { Program } from './program.ts';

/** What a client's program is told. It listens at `port` of 127.0.0.1 in the clear; people and Latchkey reach it by https at `origin`. */
export interface ClientSettings {
  readonly port: number;
  readonly origin: string;
  /** `https://localhost:1234/cas` */
  readonly cas: string;
  /** PEM file of the authority behind the certificates of both. */
  readonly authority: string;
  /** Of this run alone, to write to. */
  readonly folder: string;
}

/** Latchkey as it is built, in a process of its own, and one application: both behind TLS of one authority. */
export interface ClientSite {
  readonly cas: string;
  readonly origin: string;
  browser(): Browser;
  /** Of the program. */
  log(): string;
  close(): Promise<void>;
}

/** Several values, one value, and what XML, JSON and HTML have to write in another way. */
export const ATTRIBUTES = { email: ['ada@example.org'], affiliation: ['member', 'employee'], motto: ['<b>"1 & 2" \u00fc \u6f22\u5b57 \u{1f600}</b>'] };

const PEOPLE = [
  { username: 'ada', password: PASSWORD, attributes: ATTRIBUTES },
  { username: 'grace', password: PASSWORD, attributes: { email: ['grace@example.org'], affiliation: ['navy'] } },
];

const LATCHKEY = new URL('../cas/targets/latchkey.mjs', import.meta.url).href;

export async function openClientSite(start: (settings: ClientSettings) => Promise<Program>, paths: readonly string[]): Promise<ClientSite> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-cas-client-'));
  const undo: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const each of undo.splice(0).reverse()) await each();
  };
  try {
    const made = await Authority.make(Date.now(), 'CAS clients');
    const authority = join(folder, 'authority.pem');
    writeFileSync(authority, made.certificate);
    const front = async (host: string): Promise<Front> => {
      const opened = await openFront(host, await made.sign(host));
      undo.push(() => opened.close());
      return opened;
    };
    const [latchkeyFront, clientFront] = [await front('localhost'), await front('127.0.0.1')];
    const { origin } = clientFront;
    const { start: startLatchkey } = (await import(LATCHKEY)) as { start(options: StartOptions): Promise<Started> };
    const latchkey = await startLatchkey({
      services: paths.map((path) => ({ id: path.slice(1) as never, name: `Client ${path}`, url: origin + path, pgtUrls: [`${origin}/callback`], logout: 'back-channel', needs: [] })),
      people: PEOPLE,
      authority,
      hosts: [new URL(origin).host],
      folder,
      options: {},
      front: latchkeyFront,
      log: () => undefined,
    });
    undo.push(() => latchkey.stop());
    const port = await freePort();
    const program = await start({ port, origin, cas: latchkey.url, authority, folder });
    undo.push(() => program.stop());
    clientFront.handOnTo(port);
    return { cas: latchkey.url, origin, browser: () => new Browser({}, made.certificate), log: () => program.log(), close };
  } catch (error) {
    await close();
    throw error;
  }
}
