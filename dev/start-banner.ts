import { join, relative } from 'node:path';
import { DEFAULT_DEV_KEY_FILE } from '../config/dev-key';
import type { Running, StackAddresses } from '../config/running-file';
import { type ProviderSettings, readSettings } from '../config/settings';
import type { Stack } from './stack';
import { ROOT } from './stack-children';
import { dailyLists } from './temporal-links';

/** Where people look. */
export function linksOf({ urls }: Stack): Record<string, string> {
  return {
    API: urls.api,
    'API documentation': `${urls.api}/docs`,
    'Temporal UI': urls.temporalUi,
    'Platform simulator': urls.simulator,
    'Worker health': `${urls.workerHealth}/readyz`,
  };
}

/** Where commands find this stack. */
export function addressesOf({ urls, env, devKeyFile }: Stack): StackAddresses {
  return { ...urls, console: null, temporal: env['TEMPORAL_ADDRESS'] ?? '', devKeyFile };
}

/** What `npm start` says when everything is up. */
export function bannerOf(stack: Stack, ready: string): string {
  const isDefaultKeyFile = stack.devKeyFile === join(ROOT, DEFAULT_DEV_KEY_FILE);
  const keyFile = isDefaultKeyFile ? '' : ` --key-file ${stack.devKeyFile}`;
  return [
    '',
    `Invigil is up, ${ready}.`,
    '',
    ...tableRows(linksOf(stack)),
    ...tableRows({ Postgres: stack.env['DATABASE_URL'] ?? '', Logs: relative(process.cwd(), stack.logDir) || '.' }),
    '',
    'Proctoring providers (INVIGIL_PROVIDERS names others):',
    ...readSettings(stack.env).providers.map(providerLine),
    '',
    "In Temporal's UI:",
    ...tableRows(dailyLists(stack)),
    '',
    `  export INVIGIL_URL=${stack.urls.api}`,
    `  A token:  npm run --silent token -- --sub me --scope "exams:read attempts:read ops:read"${keyFile}`,
    '  Ctrl-C stops everything.',
  ].join('\n');
}

/** What is said instead when the data folder is held by another process. */
export function alreadyRunning(other: Running): string {
  const starting = Object.keys(other.links).length === 0;
  const state = starting ? 'is being started' : 'is already running';
  return [
    `Invigil ${state} (process ${other.pid}, since ${other.startedAt}).`,
    ...(starting ? [] : ['', ...tableRows(other.links)]),
    '',
    `  To stop it: Ctrl-C where it runs, or \`kill ${other.pid}\`.`,
  ].join('\n');
}

function providerLine({ name, title, protocol, ruleSet, baseUrl }: ProviderSettings): string {
  const spoken = protocol ? `, ${protocol} protocol` : '';
  return `  ${name.padEnd(20)}${title}${spoken}, rule set ${ruleSet}, ${baseUrl ?? 'without an address'}`;
}

function tableRows(rows: Record<string, string>): string[] {
  return Object.entries(rows).map(([name, value]) => `  ${name.padEnd(20)}${value}`);
}
