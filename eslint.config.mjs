import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import prettier from 'eslint-config-prettier';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Who may import whom (DESIGN.md 2): `from` folders may not be imported by `target`, but for what `except` lists. */
const fences = [
  {
    target: './domain',
    from: ['./contracts', './workflows', './activities', './clients', './db', './api', './worker', './config', './dev'],
  },
  {
    target: './contracts',
    from: ['./workflows', './activities', './clients', './db', './api', './worker', './config', './dev'],
  },
  { target: './workflows', from: ['./clients', './db', './api', './worker', './config', './dev'] },
  { target: './activities', from: ['./workflows', './api', './worker', './dev'] },
  { target: './clients', from: ['./workflows', './activities', './db', './api', './worker', './dev'] },
  { target: './db', from: ['./workflows', './activities', './clients', './api', './worker', './dev'] },
  { target: './api', from: ['./workflows', './activities', './worker', './dev'] },
  { target: './console', from: ['./workflows', './activities', './clients', './db', './worker', './dev'] },
];

const zones = fences.flatMap(({ target, from }) => from.map((folder) => ({ target, from: folder })));

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
      'import-x/no-default-export': 'error',
      'import-x/no-restricted-paths': ['error', { zones }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/require-await': 'off',
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
