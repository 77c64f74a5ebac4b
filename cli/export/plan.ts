import type { ApiOptions } from '../api';
import { MisuseError } from '../failures';

/** What the command line of `invigil export` can say. */
export interface ExportOptions extends ApiOptions {
  customer?: string;
  channel?: string;
  follow?: string;
  cancel?: string;
  level: string;
  learner?: string;
  course?: string;
  dryRun?: boolean;
  again?: boolean;
  asOf?: string;
  json?: boolean;
}

export type ExportAction =
  | { do: 'start'; path: string; body: Record<string, unknown> }
  | { do: 'follow'; exportId: string }
  | { do: 'cancel'; exportId: string };

/** @throws MisuseError for options that do not go together. */
export function planExport(options: ExportOptions): ExportAction {
  const { customer, channel, follow, cancel } = options;
  const actions = [customer ?? channel, follow, cancel].filter((given) => given !== undefined);
  if (actions.length > 1) throw new MisuseError('--follow and --cancel go alone.');
  if (follow !== undefined) return { do: 'follow', exportId: follow };
  if (cancel !== undefined) return { do: 'cancel', exportId: cancel };
  if (!customer || !channel) throw new MisuseError('--customer and --channel are needed.');
  const path = `/v1/customers/${encodeURIComponent(customer)}/channels/${encodeURIComponent(channel)}/exports`;
  return { do: 'start', path, body: bodyOf(options) };
}

function bodyOf({ level, learner, course, dryRun, again, asOf }: ExportOptions): Record<string, unknown> {
  if ((learner === undefined) !== (course === undefined)) throw new MisuseError('--learner and --course go together.');
  if (level !== 'completion' && level !== 'assessment') throw new MisuseError('--level is completion or assessment.');
  if (asOf !== undefined && Number.isNaN(Date.parse(asOf))) throw new MisuseError(`--as-of ${asOf} is no time.`);
  return {
    level,
    ...(learner === undefined ? {} : { learnerId: learner, courseRunId: course }),
    ...(dryRun ? { dryRun } : {}),
    ...(again ? { skipTransmitted: false } : {}),
    ...(asOf === undefined ? {} : { asOf: new Date(asOf).toISOString() }),
  };
}
