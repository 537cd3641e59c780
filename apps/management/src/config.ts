import { z } from 'zod';

export const managementConfig = z.object({
  LATCHKEY_APPLY: z.string().optional().describe('Path of the declarative file of people, services and clients that is applied at start'),
  LATCHKEY_SETUP_HOURS: z.coerce
    .number()
    .min(0.1)
    .max(168)
    .default(24)
    .describe('How long the link that makes the first administrator can be used, in hours'),
  LATCHKEY_AUDIT_DAYS: z.coerce
    .number()
    .int()
    .min(31)
    .max(3650)
    .default(400)
    .describe('How long audit records are kept, in days; whole months are dropped'),
});
export type ManagementConfig = z.output<typeof managementConfig>;
