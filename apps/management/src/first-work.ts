import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { PeerUnavailable } from '@latchkey/peers';
import type { Logger, RunningRoom } from '@latchkey/runtime';
import type { ManagementConfig } from './config.ts';
import { DeclarationRefused } from './declaration/declaration-error.ts';
import type { ManagementParts } from './room.ts';

const AGAIN_MS = 1_000;

/**
 * What a management of its own does once it answers: it applies the declarative file, waiting for the room of people, and
 * prints the link of the first administrator. @throws DeclarationRefused, so that a wrong file ends a rollout and not an outage
 */
export async function firstWork({ parts, infra }: RunningRoom, logger: Logger): Promise<void> {
  const { apply, setupUrl } = parts as ManagementParts;
  const { LATCHKEY_APPLY: file } = infra.config as ManagementConfig;
  if (file !== undefined) await applyAtLast(await readFile(file, 'utf8'), file, apply, logger);
  const url = await setupUrl();
  if (url !== null) logger.warn({ setupUrl: url }, 'There is no administrator yet: this link makes the first one, once');
}

async function applyAtLast(text: string, file: string, apply: ManagementParts['apply'], logger: Logger): Promise<void> {
  for (;;) {
    try {
      logger.info({ file, applied: await apply(text, file) }, 'The declarative file was applied');
      return;
    } catch (error) {
      if (error instanceof DeclarationRefused || !(error instanceof PeerUnavailable)) throw error;
      logger.warn({ file }, 'The declarative file waits for the room of people');
      await pause(AGAIN_MS);
    }
  }
}
