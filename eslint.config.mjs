import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const rooms = ['session-store', 'cas', 'token-issuer', 'consent', 'management'];
const frameworks = ['@nestjs/*', 'typeorm', 'pg', 'redis', 'kafkajs', 'fastify', 'pino', 'passport', 'passport-jwt'];

const depConstraints = [
  { sourceTag: 'layer:contracts', onlyDependOnLibsWithTags: ['layer:contracts'], allowedExternalImports: ['zod'] },
  {
    sourceTag: 'layer:protocol',
    onlyDependOnLibsWithTags: ['layer:protocol'],
    allowedExternalImports: ['node:crypto', 'jose', 're2js', 'saxes', 'xmlbuilder2'],
  },
  { sourceTag: 'layer:plumbing', onlyDependOnLibsWithTags: ['layer:plumbing', 'layer:contracts'] },
  ...[...rooms, 'illegal-import'].map((room) => ({
    sourceTag: `name:${room}`,
    onlyDependOnLibsWithTags: ['layer:plumbing', 'layer:contracts', 'layer:protocol', `name:${room}`],
    bannedExternalImports: ['kafkajs', 'redis'],
  })),
  {
    sourceTag: 'layer:process',
    onlyDependOnLibsWithTags: ['layer:room', 'layer:plumbing', 'layer:contracts'],
    bannedExternalImports: ['kafkajs', 'redis'],
  },
  { sourceTag: 'layer:testing', onlyDependOnLibsWithTags: ['layer:plumbing', 'layer:contracts', 'layer:testing', 'layer:process'] },
  { sourceTag: 'layer:example', onlyDependOnLibsWithTags: [], bannedExternalImports: frameworks.filter((name) => name !== 'pg') },
];

/** Tests and what only they use may reach anywhere. */
const tests = ['**/*.spec.ts', '**/*.spec.tsx', '**/*.conformance.ts', '**/*.fixture.ts', '{apps,libs,examples}/*/test/**', 'apps/*/src/testing/**'];

export default [
  { ignores: ['**/dist/**', '**/node_modules/**', '.nx/**', '.latchkey/**'] },
  {
    files: ['**/*.ts', '**/*.tsx', '**/*.mjs'],
    languageOptions: { parser: tseslint.parser },
    plugins: { '@nx': nx, '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      'prefer-const': 'error',
      'no-var': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  {
    files: ['libs/**/*.ts', 'libs/**/*.tsx', 'apps/**/*.ts', 'apps/**/*.tsx', 'examples/**/*.ts', 'examples/**/*.tsx', 'fixtures/**/*.ts'],
    ignores: tests,
    rules: {
      '@nx/enforce-module-boundaries': ['error', { enforceBuildableLibDependency: false, allow: [], depConstraints }],
      'no-restricted-imports': [
        'error',
        {
          paths: [{ name: '@nestjs/common', importNames: ['forwardRef'], message: 'A cycle between providers is a design fault here.' }],
          patterns: [{ group: ['prom-client', '@opentelemetry/*'], message: 'Rooms measure by infra.metrics and trace by infra.tracing.' }],
        },
      ],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Settings are read once, by load-config.ts of libs/runtime.' },
        { object: 'Math', property: 'random', message: 'Use node:crypto.' },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: "ExportAllDeclaration", message: 'A package says what it exports, name by name.' },
      ],
    },
  },
  {
    files: ['libs/runtime/src/telemetry/**/*.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    // Nx forbids importing an application; tests start the whole platform.
    files: ['libs/testing/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': ['error', { enforceBuildableLibDependency: false, allow: ['@latchkey/all-in-one'], depConstraints }],
    },
  },
  {
    files: ['libs/runtime/src/load-config.ts', 'examples/**/*.ts', 'libs/testing/**/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
];
