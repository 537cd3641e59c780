import { swcOptions } from './tools/prepare/compiler.mjs';

const swc = (tsx) => ['@swc/jest', { ...swcOptions(tsx), sourceMaps: 'inline' }];

const shared = {
  // Kept beside what it was made from; the temporary folder of a run goes with the run.
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  modulePathIgnorePatterns: ['/dist/', '/.latchkey/', '/.nx/'],
  testEnvironmentOptions: { customExportConditions: ['latchkey-source', 'node', 'node-addons'] },
  transform: { '\\.ts$': swc(false), '\\.tsx$': swc(true) },
};

/** Black-box tests that also run against the rooms apart: two replicas each, requests spread at random. */
const blackBox = [
  'admin-people',
  'bad-input',
  'cas',
  'cas-attacks',
  'causes-of-end',
  'forward-auth',
  'oauth-attacks',
  'oauth-transport',
  'races',
  'registry-changes',
  'single-sign-on',
  'traces',
  'withdrawn-consent',
  'interop/apache',
  'interop/forward-auth-proxies',
  'interop/openid-client',
];

/** Tests that start many processes whatever the shape; these and the split ones want the machine for themselves. */
const apart = ['chaos', 'degraded-mode/degraded-mode', 'two-releases'];
/** Clients that have to be compiled: `npm run test:interop`. */
const compiled = ['interop/apereo-java'];
const patience = ['<rootDir>/conformance/platform/patience.ts'];

export default {
  testTimeout: 30_000,
  projects: [
    { ...shared, displayName: 'embedded', testMatch: ['**/*.spec.ts', '**/*.spec.tsx'], testPathIgnorePatterns: ['/node_modules/', ...[...apart, ...compiled].map((name) => `/conformance/${name}\\.spec\\.ts$`)] },
    { ...shared, displayName: 'split', globals: { LATCHKEY_SHAPE: 'split' }, setupFilesAfterEnv: patience, testMatch: blackBox.map((name) => `<rootDir>/conformance/${name}.spec.ts`) },
    { ...shared, displayName: 'apart', setupFilesAfterEnv: patience, testMatch: apart.map((name) => `<rootDir>/conformance/${name}.spec.ts`) },
    { ...shared, displayName: 'interop', setupFilesAfterEnv: patience, testMatch: compiled.map((name) => `<rootDir>/conformance/${name}.spec.ts`) },
  ],
};
