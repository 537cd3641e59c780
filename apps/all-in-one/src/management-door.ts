import type { Platform } from './open-platform.ts';
import type { ManagementParts } from '@latchkey/management';

function management(platform: Platform): ManagementParts {
  return platform.rooms.get('management')!.parts as unknown as ManagementParts;
}

/** Applies a declarative file and waits until every room knows what it says. @throws DeclarationRefused with every error */
export async function applyDeclarationTo(platform: Platform, text: string, name: string): Promise<void> {
  await management(platform).apply(text, name);
  for (const room of ['cas', 'token-issuer', 'consent'] as const) {
    await platform.rooms.get(room)!.runJob('registry');
  }
}

/** The one-time link by which the first administrator is made, or null once there is one. */
export async function setupUrlOf(platform: Platform): Promise<string | null> {
  return management(platform).setupUrl();
}
