import { z } from 'zod';

export const consentConfig = z.object({
  LATCHKEY_CONSENT_REPEAT_SECONDS: z.coerce
    .number()
    .int()
    .min(1)
    .max(3_600)
    .default(5)
    .describe('A withdrawal whose revocation could not be confirmed is repeated this often until it is'),
});
export type ConsentConfig = z.output<typeof consentConfig>;
