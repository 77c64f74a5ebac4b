import type { Command } from 'commander';
import type { ExportAnswer } from '../../contracts/http/exports';
import {
  addApiOptions,
  type ApiAccess,
  apiAccess,
  type ApiReply,
  callApi,
  describeRefusal,
  parseProblem,
  readReply,
  UnreachableError,
} from '../api';
import { CommandError } from '../failures';
import { EXIT, type Subcommand } from '../subcommand';
import { ExportBar } from './bar';
import { describeEnd } from './end';
import { followExport, FollowRefused } from './follower';
import { type ExportAction, type ExportOptions, planExport } from './plan';

const HELP = `
Without --follow or --cancel an export is started and followed. Ctrl-C ends the watching, not the export.

Exit code: 0 everybody is told, or needs not be; 1 it ended with errors, was stopped or cancelled, or the API refused;
2 the command line makes no sense; 130 Ctrl-C.

Example: invigil export --customer acme --channel lrs --dry-run`;

/** Starts, follows or cancels a customer's export. */
export const exportCommand: Subcommand<ExportOptions> = {
  name: 'export',
  summary: "Exports a customer's learners to one of its channels, and shows what came of it",

  define(command: Command): void {
    command
      .option('--customer <id>', 'whose learners; together with --channel')
      .option('--channel <id>', 'where they are sent')
      .option('--follow <export>', 'shows an export that goes on, or how it ended')
      .option('--cancel <export>', 'ends an export within a batch')
      .option('--level <level>', 'completion or assessment', 'completion')
      .option('--learner <id>', 'that learner only; together with --course')
      .option('--course <id>', "the learner's course run")
      .option('--dry-run', 'works everything out and sends nothing')
      .option('--again', 'sends again what the channel has accepted already')
      .option('--as-of <time>', 'what counts as now, ISO 8601 (default: when it starts)')
      .option('--json', 'the export as JSON on standard output instead of a table');
    addApiOptions(command, 'the scope exports:write');
    command.addHelpText('after', HELP);
  },

  async run(options) {
    const action = planExport(options);
    const access = await apiAccess(options, { sub: 'exporter', scopes: ['exports:write', 'exports:read'] });
    const started = await request(access, action);
    if (action.do === 'cancel') {
      console.error(`Export ${started.exportId} will end within a batch.`);
      return EXIT.ok;
    }
    const ended = await follow(access, started);
    if (ended === null) return EXIT.interrupted;
    console.log(options.json ? JSON.stringify(ended) : describeEnd(ended));
    return ended.status === 'completed' ? EXIT.ok : EXIT.failed;
  },
};

/** @returns the export it is about. @throws CommandError for a refusal, naming the export in the way. */
async function request(access: ApiAccess, action: ExportAction): Promise<ExportAnswer> {
  const reply = await send(access, action);
  const inTheWay = reply.status < 300 ? undefined : parseProblem(reply.text)?.exportId;
  if (inTheWay === undefined) return readReply<ExportAnswer>(reply, access);
  throw new CommandError(`${describeRefusal(reply, access)}\n  follow it:  invigil export --follow ${inTheWay}`);
}

function send(access: ApiAccess, action: ExportAction): Promise<ApiReply> {
  if (action.do === 'start') {
    const headers = { 'content-type': 'application/json' };
    return callApi(access, action.path, { method: 'POST', headers, body: JSON.stringify(action.body) });
  }
  const path = `/v1/exports/${encodeURIComponent(action.exportId)}`;
  return action.do === 'cancel' ? callApi(access, `${path}/cancel`, { method: 'POST' }) : callApi(access, path);
}

/** Null: watching was interrupted; the export goes on. */
async function follow(access: ApiAccess, started: ExportAnswer): Promise<ExportAnswer | null> {
  const { api, token } = access;
  const { exportId } = started;
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort());
  const bar = new ExportBar(`Export ${exportId}`, process.stderr.isTTY);
  bar.update(started);
  try {
    return await followExport({ url: api.value, token, exportId }, (seen) => bar.update(seen), stopped.signal);
  } catch (error) {
    bar.stop();
    if (error instanceof FollowRefused) throw new CommandError(describeRefusal(error.reply, access));
    console.error(`\nExport ${exportId} goes on.`);
    console.error(`  follow it:  invigil export --follow ${exportId}`);
    console.error(`  cancel it:  invigil export --cancel ${exportId}`);
    if (!stopped.signal.aborted) throw new UnreachableError(api, error);
    return null;
  } finally {
    bar.stop();
  }
}
