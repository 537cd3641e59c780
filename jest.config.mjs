const swc = (tsx) => [
  '@swc/jest',
  {
    swcrc: false,
    module: { type: 'es6' },
    sourceMaps: 'inline',
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true, tsx },
      transform: {
        legacyDecorator: true,
        decoratorMetadata: true,
        useDefineForClassFields: false,
        react: { runtime: 'automatic', importSource: 'preact' },
      },
    },
  },
];

export default {
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  modulePathIgnorePatterns: ['/dist/', '/.latchkey/', '/.nx/'],
  testMatch: ['**/*.spec.ts', '**/*.spec.tsx'],
  testTimeout: 30_000,
  testEnvironmentOptions: { customExportConditions: ['latchkey-source', 'node', 'node-addons'] },
  transform: { '\\.ts$': swc(false), '\\.tsx$': swc(true) },
};
