import type { Command } from 'commander';
import { Agent } from 'undici';
import type { ProctoringClient } from '../clients/platform/services';
import { connectProvider } from '../clients/proctoring/connect-provider';
import { readSettings } from '../config/settings';
import { MisuseError } from './failures';
import { EXIT, type Subcommand } from './subcommand';

interface ProvidersOptions {
  retire?: string;
}

const HELP = `
Without --retire each is asked for its configuration: address and credentials are right if it answers.
Reads the settings of a worker. One line per provider, separated by tabs.
Exit code: 0 all answered as wished; 1 one did not; 2 the command line makes no sense.

Example: invigil providers --retire 100`;

type ProviderCall = (client: ProctoringClient) => Promise<string>;

/** Speaks to the configured proctoring providers. */
export const providersCommand: Subcommand<ProvidersOptions> = {
  name: 'providers',
  summary: 'Asks each proctoring provider for its configuration, or has it forget a learner',

  define(command: Command): void {
    command
      .option('--retire <userid>', 'has each delete all it has of a learner; may be repeated')
      .addHelpText('after', HELP);
  },

  async run({ retire }) {
    if (retire === '') throw new MisuseError('--retire names no learner.');
    const call: ProviderCall = retire === undefined ? readConfig : (client) => deleteLearner(client, retire);
    return (await callAll(call)) === 0 ? EXIT.ok : EXIT.failed;
  },
};

/** @returns how many did not answer as wished. */
async function callAll(call: ProviderCall): Promise<number> {
  const settings = readSettings();
  const { providers } = settings;
  if (providers.length === 0) console.log('There are no providers: INVIGIL_PROVIDERS is empty or not set.');
  const dispatcher = new Agent();
  let failed = 0;
  try {
    for (const provider of providers) {
      const client = connectProvider(provider, settings, dispatcher);
      const outcome = client ? await call(client).catch((error: Error) => error) : 'has no baseUrl: nothing to ask';
      if (outcome instanceof Error) failed += 1;
      console.log(`${provider.name}\t${outcome instanceof Error ? `failed: ${outcome.message}` : outcome}`);
    }
  } finally {
    await dispatcher.close();
  }
  return failed;
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
