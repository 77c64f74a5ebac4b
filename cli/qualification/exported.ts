import type { Command } from 'commander';
import type { StatusAnswer } from '../../contracts/http/qualification/statuses';
import { MisuseError } from '../failures';
import { EXIT, type Subcommand } from '../subcommand';
import {
  addWriteOptions,
  countOf,
  officeAccess,
  type OfficeWriteOptions,
  qualificationPath,
  writeOffice,
} from './office';

interface ExportedOptions extends OfficeWriteOptions {
  at?: string;
  system?: string;
  note?: string;
}

const HELP = `
A mark is added, none is taken away. It needs an administrator of a department, or the scope qualification:admin.

Exit code: 0 marked; 1 the API refused; 2 the command line makes no sense.

Example: invigil qualification exported spring-2026 3 --system "student register"`;

/** Marks a status as taken over elsewhere. */
export const exportedCommand: Subcommand<ExportedOptions> = {
  name: 'exported',
  summary: 'Marks a status as taken over into another system',

  define(command: Command): void {
    command
      .argument('<period>', 'whose list')
      .argument('<status>', 'the number of the status, as history shows it')
      .option('--at <time>', 'when it was taken over, ISO 8601 (default: now)')
      .option('--system <name>', 'where it went')
      .option('--note <text>', 'what else to know');
    addWriteOptions(command);
    command.addHelpText('after', HELP);
  },

  async run(options, [periodId = '', status = '']) {
    const seq = countOf('<status>', status);
    const { at, system, note, reason } = options;
    if (at !== undefined && Number.isNaN(Date.parse(at))) throw new MisuseError(`--at ${at} is no time.`);
    const body = { ...(at === undefined ? {} : { at: new Date(at).toISOString() }), system, note, reason };
    const access = await officeAccess(options);
    const path = `${qualificationPath(periodId)}/statuses/${seq}/exported`;
    const answer = await writeOffice<StatusAnswer>(access, path, body, options.key);
    const marks = `marked as exported (${answer.exported.length} in all)`;
    console.log(options.json ? JSON.stringify(answer) : `Status ${seq} of ${periodId}: ${marks}`);
    return EXIT.ok;
  },
};
