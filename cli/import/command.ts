import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import type { Command } from 'commander';
import type { CustomerImportAnswer } from '../../contracts/http/customer-import';
import { addApiOptions, apiAccess, type ApiOptions, readReply } from '../api';
import { MisuseError, unreadableFile } from '../failures';
import { EXIT, type ExitCode, type Subcommand } from '../subcommand';
import { UploadProgress } from './progress';
import { upload } from './upload';

interface ImportOptions extends ApiOptions {
  customer: string;
  errors: string;
}

const HELP = `
Lines, learners before their enrollments:

  {"kind":"learner","userId":"100","username":"ann","email":"ann@example.com","active":true,"linked":true}
  {"kind":"enrollment","enrollmentId":301,"userId":"100","courseRunId":"course-v1:X+1+2026","courseKey":"X+1","mode":"verified"}
  {"kind":"consent","userId":"100","courseId":"X+1","granted":true}
  {"kind":"audit","auditId":1,"channelId":"sap","enrollmentId":301,"courseId":"X+1","grade":"Pass","isTransmitted":true}

Importing a file again changes nothing. Faulty lines are named, good ones kept.
Exit code: 0 all lines stored; 1 some or all were not; 2 the command line makes no sense.

Example: invigil import --customer acme learners.ndjson`;

/** Sends a file of any length to the API. */
export const importCommand: Subcommand<ImportOptions> = {
  name: 'import',
  summary: "Imports a customer's learners, enrollments, consents and earlier transmissions",

  define(command: Command): void {
    command.argument('<file>', 'one JSON object per line; - reads standard input');
    command.requiredOption('--customer <id>', 'whose they are');
    addApiOptions(command, 'the scope exports:write');
    command.option('--errors <n>', 'how many faulty lines to show', '20').addHelpText('after', HELP);
  },

  async run(options, [file = '']) {
    if (!/^\d{1,4}$/.test(options.errors)) throw new MisuseError('--errors is no number up to 9999.');
    const source = await openSource(file);
    const progress = new UploadProgress(source.bytes);
    try {
      const access = await apiAccess(options, { sub: 'importer', scopes: ['exports:write'] });
      const path = `/v1/customers/${encodeURIComponent(options.customer)}/import`;
      const reply = await upload(access, path, source.stream, progress);
      const answer = readReply<CustomerImportAnswer>(reply, access);
      progress.finish();
      return conclude(answer, Number(options.errors));
    } finally {
      progress.stop();
      source.stream.destroy();
    }
  },
};

interface Source {
  stream: Readable;
  /** Unknown for what is no regular file. */
  bytes: number | undefined;
}

/** Opened before anything is sent, so that a file that isn't there begins nothing. @throws CommandError */
async function openSource(file: string): Promise<Source> {
  if (file === '-') return { stream: process.stdin, bytes: undefined };
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) throw Object.assign(new Error('a folder'), { code: 'EISDIR' });
    const stream = createReadStream(file);
    await once(stream, 'open');
    return { stream, bytes: stats.isFile() ? stats.size : undefined };
  } catch (error) {
    throw unreadableFile(file, error);
  }
}

function conclude({ accepted, rejected, kinds, errors }: CustomerImportAnswer, errorsShown: number): ExitCode {
  const shown = errors.slice(0, errorsShown);
  for (const { line, detail } of shown) console.error(`line ${line}: ${detail}`);
  if (rejected > shown.length) console.error(`… and ${rejected - shown.length} more`);
  const stored = Object.entries(kinds).flatMap(([kind, count]) => (count > 0 ? [`${kind} ${count}`] : []));
  console.log(`${accepted} stored (${stored.join(', ') || 'nothing'}), ${rejected} faulty`);
  return rejected > 0 ? EXIT.failed : EXIT.ok;
}
