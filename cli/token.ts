import type { Command } from 'commander';
import { signDevToken } from '../config/dev-key';
import { SCOPES } from '../contracts/scopes';
import { findKeyFile } from './addresses';
import { CommandError, MisuseError } from './failures';
import { EXIT, type Subcommand } from './subcommand';

interface TokenOptions {
  scope: string;
  sub: string;
  courses?: string;
  customers?: string;
  provider?: string;
  expires: string;
  keyFile?: string;
  dataDir?: string;
}

const HELP = `
Scopes: ${SCOPES.slice(0, 6).join(' ')}
        ${SCOPES.slice(6).join(' ')}

Example: invigil token --sub ada --scope "exams:read attempts:write" --courses course-v1:Org+A+2026

In production tokens come from the issuer of AUTH_JWKS_URL; this is for development and for a first look.`;

/** Signs a token with the development key. */
export const tokenCommand: Subcommand<TokenOptions> = {
  name: 'token',
  summary: 'Prints a token for the API, signed with the development key',

  define(command: Command): void {
    command
      .requiredOption('--scope <scopes>', 'what it allows, separated by spaces')
      .requiredOption('--sub <name>', 'who acts; with attempts:take the learner')
      .option('--courses <ids>', 'limits it to these courses, separated by commas')
      .option('--customers <ids>', 'limits it to these enterprise customers, separated by commas')
      .option('--provider <name>', 'the proctoring provider that calls back')
      .option('--expires <time>', 'how long it is good, like 30m, 1h or 7d', '1h')
      .option('--key-file <file>', 'the key (else AUTH_DEV_KEY_FILE, that of a running `npm start`)')
      .option('--data-dir <folder>', 'the data folder of `npm start` (else INVIGIL_DATA_DIR, .invigil)')
      .addHelpText('after', HELP);
  },

  async run(options) {
    const { sub, provider } = options;
    if (sub === '') throw new MisuseError('--sub is empty.');
    const claims = {
      sub,
      scope: checkedScopes(options.scope).join(' '),
      expiresIn: checkedLife(options.expires),
      ...(options.courses === undefined ? {} : { courses: listOf(options.courses) }),
      ...(options.customers === undefined ? {} : { customers: listOf(options.customers) }),
      ...(provider === undefined ? {} : { provider }),
    };
    const keyFile = findKeyFile(options, process.env);
    try {
      console.log(await signDevToken(keyFile.value, claims));
    } catch (error) {
      const hint = '`npm start` makes one; --key-file or AUTH_DEV_KEY_FILE name another.';
      throw new CommandError(`${(error as Error).message}\n${hint}`);
    }
    return EXIT.ok;
  },
};

/** @throws MisuseError naming each word that is no scope. */
function checkedScopes(text: string): string[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const unknown = words.filter((word) => !(SCOPES as readonly string[]).includes(word));
  if (words.length === 0) throw new MisuseError('--scope names no scope.');
  if (unknown.length > 0) throw new MisuseError(`There is no scope ${unknown.join(', ')}. Scopes: ${SCOPES.join(' ')}`);
  return words;
}

/** An empty list limits the token to nothing; it must not become a token without limits. */
function listOf(text: string): string[] {
  return text.split(',').filter((word) => word !== '');
}

function checkedLife(text: string): string {
  if (/^[1-9]\d{0,5} ?(s|m|h|d|w|y|seconds?|minutes?|hours?|days?|weeks?|years?)$/.test(text)) return text;
  throw new MisuseError(`--expires ${text} is no time like 30m, 1h or 7d.`);
}
