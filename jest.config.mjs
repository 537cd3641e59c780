import { swcOptions } from './tools/prepare/compiler.mjs';

const swc = (tsx) => ['@swc/jest', { ...swcOptions(tsx), sourceMaps: 'inline' }];

export default {
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  modulePathIgnorePatterns: ['/dist/', '/.latchkey/', '/.nx/'],
  testMatch: ['**/*.spec.ts', '**/*.spec.tsx'],
  testTimeout: 30_000,
  testEnvironmentOptions: { customExportConditions: ['latchkey-source', 'node', 'node-addons'] },
  transform: { '\\.ts$': swc(false), '\\.tsx$': swc(true) },
};
