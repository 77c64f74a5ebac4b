import { parseArgs } from 'node:util';
import { DEFAULT_DEV_KEY_FILE, signDevToken } from '../../config/dev-key';

export const HELP = `Exports a customer's learners to one of its channels, and shows how far it is and what came of it.

  npm run export -- --customer ID --channel ID [options]
  npm run export -- --follow EXPORT       shows an export that goes on, or how it ended
  npm run export -- --cancel EXPORT

  --level LEVEL       completion (default) or assessment
  --learner ID        that learner only; together with --course
  --course ID         the learner's course run
  --dry-run           works everything out and sends nothing
  --again             sends again what the channel has accepted already
  --as-of TIME        what counts as now, ISO 8601; default: when it starts
  --json              the export as JSON on standard output instead of a table
  --url URL           the API (default http://127.0.0.1:8080)
  --token TOKEN       a token with scope exports:write (default: one signed with the key of AUTH_DEV_KEY_FILE,
                      ${DEFAULT_DEV_KEY_FILE})
  --help

Ctrl-C ends the watching, not the export.
Exit code: 0 everybody is told, or needs not be; 1 it ended with errors, was stopped or cancelled; 2 misuse, or the API refused;
130 Ctrl-C.`;

export type CliAction =
  | { do: 'start'; path: string; body: Record<string, unknown> }
  | { do: 'follow'; exportId: string }
  | { do: 'cancel'; exportId: string };

export interface ExportOptions {
  action: CliAction;
  url: string;
  token: string;
  json: boolean;
}

/** Thrown for an invalid command line. */
export class UsageError extends Error {}

/** @throws UsageError */
export async function readExportOptions(args: string[]): Promise<ExportOptions | 'help'> {
  const values = parseValues(args);
  if (values.help === true) return 'help';
  const action = parseAction(values);
  const { url = 'http://127.0.0.1:8080', token = await devToken(), json = false } = values;
  return { action, url, token, json };
}

type Values = ReturnType<typeof parseValues>;

function parseValues(args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const subjects = {
      customer: text,
      channel: text,
      follow: text,
      cancel: text,
      level: text,
      learner: text,
      course: text,
    };
    const switches = { 'dry-run': flag, again: flag, 'as-of': text, json: flag, url: text, token: text };
    return parseArgs({ args, options: { ...subjects, ...switches, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function parseAction(values: Values): CliAction {
  const { customer, channel, follow, cancel } = values;
  const actions = [customer ?? channel, follow, cancel].filter((given) => given !== undefined);
  if (actions.length > 1) throw new UsageError('--follow and --cancel go alone.');
  if (follow !== undefined) return { do: 'follow', exportId: follow };
  if (cancel !== undefined) return { do: 'cancel', exportId: cancel };
  if (customer === undefined || channel === undefined) throw new UsageError('--customer and --channel are needed.');
  const path = `/v1/customers/${encodeURIComponent(customer)}/channels/${encodeURIComponent(channel)}/exports`;
  return { do: 'start', path, body: toBody(values) };
}

function toBody({
  level = 'completion',
  learner,
  course,
  'dry-run': dryRun,
  again,
  'as-of': asOf,
}: Values): Record<string, unknown> {
  if ((learner === undefined) !== (course === undefined)) throw new UsageError('--learner and --course go together.');
  if (level !== 'completion' && level !== 'assessment') throw new UsageError('--level is completion or assessment.');
  if (asOf !== undefined && Number.isNaN(Date.parse(asOf))) throw new UsageError('--as-of is no time.');
  return {
    level,
    ...(learner === undefined ? {} : { learnerId: learner, courseRunId: course }),
    ...(dryRun ? { dryRun } : {}),
    ...(again ? { skipTransmitted: false } : {}),
    ...(asOf === undefined ? {} : { asOf: new Date(asOf).toISOString() }),
  };
}

function devToken(): Promise<string> {
  const keyFile = process.env['AUTH_DEV_KEY_FILE'] || DEFAULT_DEV_KEY_FILE;
  return signDevToken(keyFile, { sub: 'exporter', scope: 'exports:write exports:read' });
}
