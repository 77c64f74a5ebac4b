import { parseArgs } from 'node:util';
import type { ProctoringClient } from '../clients/platform/services';
import { readSettings } from '../config/settings';
import { buildPlatform } from '../worker/build-platform';

const HELP = `Speaks to the configured proctoring providers.

  npm run providers                     asks each for its configuration: address and credentials are right if it answers
  npm run providers -- --retire USERID  has each delete all it has of a learner; may be repeated
  --help

Reads the settings of a worker (docs/operations.md). One line per provider, tab-separated. Exit code 0: all answered as wished,
1: one did not, 2: misused.`;

type ProviderCall = (client: ProctoringClient) => Promise<string>;

async function main(): Promise<number> {
  const options = { retire: { type: 'string' }, help: { type: 'boolean', short: 'h' } } as const;
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const { retire } = values;
  return callAll(retire === undefined ? readConfig : (client) => deleteLearner(client, retire));
}

async function callAll(call: ProviderCall): Promise<number> {
  const settings = readSettings();
  const platform = buildPlatform(settings);
  let failed = 0;
  for (const { name } of settings.providers) {
    const client = platform.provider(name);
    try {
      console.log(`${name}\t${client ? await call(client) : 'has no baseUrl: nothing to ask'}`);
    } catch (error) {
      failed += 1;
      console.log(`${name}\tfailed: ${(error as Error).message}`);
    }
  }
  await platform.close();
  return failed === 0 ? 0 : 1;
}

async function readConfig(client: ProctoringClient): Promise<string> {
  const { name, rules } = await client.config({ key: 'providers:config' });
  return `${name}\trules: ${rules.join(', ') || 'none'}`;
}

/** Deleting twice is deleting once, so the key may be the same each time. */
async function deleteLearner(client: ProctoringClient, userId: string): Promise<string> {
  await client.deleteUser(userId, { key: `retire:${userId}` });
  return 'deleted';
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error(`${error.message}\n\n${HELP}`);
    process.exitCode = 2;
  },
);
