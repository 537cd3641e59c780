import { swcOptions } from './tools/prepare/compiler.mjs';

const swc = (tsx) => ['@swc/jest', { ...swcOptions(tsx), sourceMaps: 'inline' }];

export default {
  // Kept beside what it was made from; the temporary folder of a run goes with the run.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  modulePathIgnorePatterns: ['/dist/', '/.latchkey/', '/.nx/'],
  testMatch: ['**/*.spec.ts', '**/*.spec.tsx'],
  testTimeout: 30_000,
  testEnvironmentOptions: { customExportConditions: ['latchkey-source', 'node', 'node-addons'] },
  transform: { '\\.ts$': swc(false), '\\.tsx$': swc(true) },
};
