import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

const LAYERS = [
  'domain',
  'contracts',
  'workflows',
  'activities',
  'clients',
  'db',
  'api',
  'worker',
  'console',
  'cli',
  'config',
];
/** What doesn't ship; nothing that ships may import it. */
const DEVELOPMENT = ['dev', 'scripts', 'bench', 'tests'];

/** Which layers each layer may import (docs/design.md, The layers). The rest is fenced off. */
const MAY_IMPORT = {
  domain: [],
  contracts: ['domain'],
  workflows: ['contracts', 'domain', 'activities'],
  activities: ['contracts', 'domain', 'db', 'clients', 'config'],
  clients: ['contracts', 'domain', 'config'],
  db: ['contracts', 'domain', 'config'],
  api: ['contracts', 'domain', 'clients', 'db', 'config'],
  worker: ['contracts', 'domain', 'workflows', 'activities', 'clients', 'db', 'config'],
  console: ['contracts', 'domain', 'config'],
  cli: ['contracts', 'domain', 'clients', 'db', 'config'],
  config: ['contracts', 'domain'],
};

const zones = [
  ...Object.entries(MAY_IMPORT).flatMap(([layer, allowed]) =>
    [...LAYERS.filter((other) => other !== layer && !allowed.includes(other)), ...DEVELOPMENT].map((folder) => ({
      target: `./${layer}`,
      from: `./${folder}`,
      // The command runs what a worker runs by itself.
      ...(layer === 'cli' && folder === 'worker' ? { except: ['./reconcile'] } : {}),
    })),
  ),
  // Nobody imports the command line, but the demo shows exports as it does.
  ...['scripts', 'bench'].map((folder) => ({ target: `./${folder}`, from: './cli' })),
  { target: './dev', from: './cli', except: ['./export'] },
  // Keeps TypeBox out of the workflow bundle.
  ...['attempts', 'courses', 'exports', 'qualification'].map((feature) => ({
    target: `./contracts/${feature}`,
    from: './contracts/http',
  })),
];

export default defineConfig(
  { ignores: ['dist/**', 'coverage/**', 'node_modules/**', '.invigil/**'] },
  js.configs.recommended,
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ['**/*.ts'],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: './tsconfig.json' })] },
    rules: {
      'max-lines': ['error', { max: 250, skipBlankLines: false, skipComments: false }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      complexity: ['error', 12],
      'import-x/no-cycle': 'error',
      'import-x/order': ['error', { alphabetize: { order: 'asc' }, 'newlines-between': 'never' }],
      'import-x/no-default-export': 'error',
      'import-x/no-restricted-paths': ['error', { zones }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/require-await': 'off',
      'no-restricted-syntax': [
        'error',
        { selector: 'ObjectExpression > SpreadElement > ObjectExpression', message: 'Write the members themselves.' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  {
    files: ['workflows/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['node:*', 'fs', 'crypto', 'pg', 'knex', 'objection', 'undici'],
              message: 'Workflow code is deterministic.',
            },
            {
              regex: '\\.\\./activities/',
              allowTypeImports: true,
              message: 'Workflows import activities by type only.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['tests/**/*.ts', 'bench/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-unsafe-assignment': 'off' },
  },
  { files: ['contracts/http/**/*.ts'], rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' } },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
  prettier,
);
