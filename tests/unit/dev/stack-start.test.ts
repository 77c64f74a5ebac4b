import { mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SettingsError } from '../../../config/settings';
import { startPostgres } from '../../../dev/embedded/postgres';
import { startTemporal } from '../../../dev/embedded/temporal';
import { startStack } from '../../../dev/stack';
import { defaultProviders, stackEnvironment } from '../../../dev/stack-environment';
import { throwAwayPorts } from '../../../dev/stack-ports';

jest.setTimeout(30_000);

const NOBODY = '127.0.0.1:1';
const original = { ...process.env };

afterEach(() => {
  process.env = { ...original };
});

describe('A stack that cannot start', () => {
  it('names all faulty settings before anything is started, and leaves nothing behind', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'invigil-faulty-'));
    process.env['TMPDIR'] = folder;
    const lines: string[] = [];
    const env = { EFFECT_BUDGET_MS: 'long', LOG_LEVEL: 'loud' };
    const error = await startStack({ env, log: (line) => lines.push(line) }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SettingsError);
    expect((error as SettingsError).problems.map((problem) => problem.split(' ')[0])).toEqual([
      'EFFECT_BUDGET_MS',
      'LOG_LEVEL',
    ]);
    expect(lines).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
    rmdirSync(folder);
  });

  it('says which variable leads nowhere, and what to do', async () => {
    process.env['DATABASE_URL'] = `postgres://invigil:pg-word@${NOBODY}/invigil`;
    await expect(startPostgres()).rejects.toThrow(
      /^DATABASE_URL \(127\.0\.0\.1:1\) cannot be used: .*ECONNREFUSED.*unset/,
    );
    await expect(startPostgres()).rejects.not.toThrow(/pg-word/);
    process.env['TEMPORAL_ADDRESS'] = NOBODY;
    await expect(startTemporal()).rejects.toThrow(/^TEMPORAL_ADDRESS \(127\.0\.0\.1:1\) cannot be used: .*unset/);
  });
});

describe("A stack's providers", () => {
  const providersOf = async (options: object): Promise<string[]> => {
    const env = stackEnvironment({
      ports: await throwAwayPorts(),
      devKeyFile: 'key',
      credentialKeys: '',
      databaseUrl: undefined,
      temporal: undefined,
      simulatorUrl: 'http://127.0.0.1:8090',
      options,
    });
    const providers = JSON.parse(env['INVIGIL_PROVIDERS'] ?? '') as { name: string; ruleSet: string }[];
    return providers.map(({ name, ruleSet }) => `${name} ${ruleSet}`);
  };

  it('are one of each protocol and rule set', async () => {
    delete process.env['INVIGIL_PROVIDERS'];
    expect(await providersOf({})).toEqual(['software_secure classic', 'rest current']);
  });

  it('are those of INVIGIL_PROVIDERS, unless the caller brings some or wants nothing from outside', async () => {
    process.env['INVIGIL_PROVIDERS'] = '[{"name":"acme","ruleSet":"current"}]';
    expect(await providersOf({})).toEqual(['acme current']);
    expect(await providersOf({ ignoreExternal: true })).toHaveLength(2);
    expect(await providersOf({ providers: [] })).toEqual([]);
    expect(await providersOf({ providers: defaultProviders })).toHaveLength(2);
  });
});
