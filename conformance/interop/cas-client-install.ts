import type { ClientSettings } from './cas-client-site.ts';

/** Gets or finds what a client needs, and says clearly what it could not. */
export interface Installer {
  pythonCas(): Promise<{ python: string; modules: string }>;
  phpCas(): Promise<{ php: string; library: string }>;
  passportCas(): Promise<{ modules: string }>;
  apereoJava(): Promise<{ java: string; keytool: string; classPath: string }>;
}

export async function installed(): Promise<Installer> {
  return (await import(new URL('../../tools/services/cas-clients.mjs', import.meta.url).href)) as Installer;
}

/** For the programs of ./clients. */
export function environmentOf({ port, origin, cas, authority, folder }: ClientSettings): Record<string, string> {
  return { CLIENT_PORT: String(port), CLIENT_ORIGIN: origin, CAS_URL: cas, CAS_AUTHORITY: authority, CLIENT_FOLDER: folder };
}
