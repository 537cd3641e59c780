import { createHash } from 'node:crypto';
import { seal, unseal, type SealRing } from '@latchkey/oauth';

/** Proof that this browser signed out of this session: opens the list of who is told. */
export interface Receipt {
  readonly sid: string;
  /** Seconds since the epoch. */
  readonly at: number;
}

/** What a person is asked to confirm, bound to the browser that is asked. */
export interface Confirmation {
  readonly sid: string;
  readonly returnTo: string | null;
}

const RECEIPT = 'logout-receipt';
const CONFIRMATION = 'logout-confirmation';
const RECEIPT_SECONDS = 24 * 3_600;

export class LogoutSeals {
  constructor(private readonly seals: SealRing) {}

  receipt(receipt: Receipt): string {
    return seal(this.seals.current, RECEIPT, '', JSON.stringify(receipt));
  }

  openReceipt(sealed: string | undefined, nowSeconds: number): Receipt | null {
    const plain = sealed === undefined ? null : unseal(this.seals.find, RECEIPT, '', sealed);
    if (plain === null) return null;
    const receipt = JSON.parse(plain) as Receipt;
    return nowSeconds - receipt.at < RECEIPT_SECONDS ? receipt : null;
  }

  confirmation(confirmation: Confirmation, flow: string): string {
    return seal(this.seals.current, CONFIRMATION, flowHash(flow), JSON.stringify(confirmation));
  }

  openConfirmation(sealed: string | undefined, flow: string | undefined): Confirmation | null {
    if (sealed === undefined || flow === undefined) return null;
    const plain = unseal(this.seals.find, CONFIRMATION, flowHash(flow), sealed);
    return plain === null ? null : (JSON.parse(plain) as Confirmation);
  }
}

function flowHash(flow: string): string {
  return createHash('sha256').update(`flow\0${flow}`).digest('base64url');
}
