import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable, Transform, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import {
  addApiOptions,
  type ApiAccess,
  type ApiOptions,
  callApi,
  describeRefusal,
  readReply,
  UnreachableError,
} from '../api';
import { CommandError } from '../failures';
import { EXIT, type Subcommand } from '../subcommand';
import { countOf, officeAccess, qualificationPath } from './office';
import { untilAnswered } from './waiting';

interface CsvOptions extends ApiOptions {
  out?: string;
}

const HELP = `
Formulas in names are defused, so a spreadsheet may open it. Without a number it is the status that counts now.

Exit code: 0 all of it was written; 1 the API refused, or the file could not be written; 2 the command line makes no sense.

Example: invigil qualification csv spring-2026 --out spring-2026.csv`;

/** Writes a status as CSV, of any length. */
export const csvCommand: Subcommand<CsvOptions> = {
  name: 'csv',
  summary: 'Writes a status as CSV: who qualifies, why, and all points',

  define(command: Command): void {
    command
      .argument('<period>', 'whose list')
      .argument('[status]', 'the number of the status, as history shows it')
      .option('--out <file>', 'where to (default: standard output)');
    addApiOptions(command, 'the scope qualification:read');
    command.addHelpText('after', HELP);
  },

  async run(options, [periodId = '', status]) {
    const given = status === undefined ? undefined : countOf('<status>', status);
    const access = await officeAccess(options);
    const seq = given ?? (await activeSeq(access, periodId));
    const source = await opened(access, `${qualificationPath(periodId)}/statuses/${seq}/students.csv`);
    const { out } = options;
    const bytes = await written(source, out === undefined ? process.stdout : createWriteStream(out), out);
    console.error(`Status ${seq} of ${periodId}: ${(bytes / 1_000).toFixed(1)} kB written`);
    return EXIT.ok;
  },
};

async function activeSeq(access: ApiAccess, periodId: string): Promise<number> {
  const reply = await callApi(access, qualificationPath(periodId));
  const { active } = readReply<{ active: { seq: number } | null }>(reply, access);
  if (active === null) throw new CommandError(`Nothing was saved of ${periodId} yet.`);
  return active.seq;
}

/** @throws CommandError for a refusal, and when nobody answers */
async function opened(access: ApiAccess, path: string): Promise<Readable> {
  const { api, token } = access;
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${api.value}${path}`, { headers }).catch((error: unknown) => {
    throw new UnreachableError(api, error);
  });
  if (response.status === 200 && response.body !== null) return Readable.fromWeb(response.body);
  throw new CommandError(describeRefusal({ status: response.status, text: await response.text() }, access));
}

/** As it comes. A file that was not finished is taken away again. @returns how many bytes */
async function written(source: Readable, target: Writable, file: string | undefined): Promise<number> {
  let [bytes, done] = [0, false];
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      bytes += chunk.length;
      next(null, chunk);
    },
  });
  const writing = pipeline(source, counter, target, { end: file !== undefined }).finally(() => (done = true));
  const shown = untilAnswered('Writing', async () => (done ? true : undefined), { askEveryMs: 100 });
  try {
    await writing;
    return bytes;
  } catch (error) {
    if (file !== undefined) await rm(file, { force: true });
    throw new CommandError(`The list could not be written to its end (${(error as Error).message}).`);
  } finally {
    await shown;
  }
}
