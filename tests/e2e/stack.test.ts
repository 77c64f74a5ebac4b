import { existsSync } from 'node:fs';
import { createLocalJWKSet, jwtVerify } from 'jose';
import { DEV_AUDIENCE, DEV_ISSUER, signDevToken } from '../../config/dev-key';
import { readSettings } from '../../config/settings';
import { answersOk } from '../../dev/children';
import { devKey } from '../../dev/dev-key';
import { type Stack, startStack } from '../../dev/stack';

jest.setTimeout(120_000);

describe('a development stack without API and worker', () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await startStack({
      services: ['postgres', 'temporal', 'simulator'],
      ignoreExternal: true,
      testClock: true,
      env: { EFFECT_BUDGET_MS: '250' },
    });
  });

  afterAll(async () => {
    await stack.stop();
  });

  test('Its environment is complete for API and workers, and settings of the caller win.', () => {
    const settings = readSettings(stack.env);
    expect(settings).toMatchObject({ testClock: true, effectBudgetMs: 250, databaseUrl: stack.postgres?.url });
    expect(settings.services).toMatchObject({ credit: stack.urls.simulator, courses: stack.urls.simulator });
    expect(settings.providers.map(({ name, baseUrl }) => [name, baseUrl])).toEqual([
      ['software_secure', `${stack.urls.simulator}/providers/software_secure`],
      ['rest', `${stack.urls.simulator}/providers/rest`],
    ]);
  });

  test('Its key signs tokens with the claims of the API.', async () => {
    const claims = { sub: 'somebody', scope: 'exams:read ops:read', courses: ['c1'] };
    const token = await signDevToken(stack.devKeyFile, claims);
    const keys = createLocalJWKSet({ keys: [(await devKey(stack.devKeyFile)).publicJwk] });
    const { payload } = await jwtVerify(token, keys, { issuer: DEV_ISSUER, audience: DEV_AUDIENCE });
    expect(payload).toMatchObject(claims);
  });

  test('Its simulator comes back on the same address after kill -9.', async () => {
    await stack.simulator?.kill();
    await expect(answersOk(`${stack.urls.simulator}/healthz`)).rejects.toThrow();
    await stack.simulator?.start();
    expect(await answersOk(`${stack.urls.simulator}/healthz`)).toBe(true);
  });

  test('After it has stopped, nothing runs and its folder is gone.', async () => {
    await stack.stop();
    expect([stack.postgres?.pid, stack.temporal?.pid, stack.simulator?.pid]).toEqual([undefined, undefined, undefined]);
    expect(existsSync(stack.devKeyFile)).toBe(false);
  });
});
