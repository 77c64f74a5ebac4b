import type { Command } from 'commander';
import type { StatusAnswer } from '../../contracts/http/qualification/statuses';
import { MisuseError } from '../failures';
import { EXIT, type Subcommand } from '../subcommand';
import { addWriteOptions, officeAccess, type OfficeWriteOptions, qualificationPath, writeOffice } from './office';
import { statusLine } from './status-words';

interface RetractOptions extends OfficeWriteOptions {
  message: string;
}

const HELP = `
What was saved stays in the history; nobody's answer counts until a list is saved again. It can be done at any time.

Exit code: 0 retracted; 1 the API refused; 2 the command line makes no sense.

Example: invigil qualification retract spring-2026 --message "Week 3 is graded anew."`;

/** Takes back what a period's list says. */
export const retractCommand: Subcommand<RetractOptions> = {
  name: 'retract',
  summary: 'Takes back what the list says, with a reason',

  define(command: Command): void {
    command.argument('<period>', 'whose list').requiredOption('--message <text>', 'why it is taken back');
    addWriteOptions(command);
    command.addHelpText('after', HELP);
  },

  async run(options, [periodId = '']) {
    const { message, reason, key } = options;
    if (message.trim() === '') throw new MisuseError('--message is empty.');
    const access = await officeAccess(options);
    const status = await writeOffice<StatusAnswer>(
      access,
      `${qualificationPath(periodId)}/retract`,
      { message, reason },
      key,
    );
    console.log(options.json ? JSON.stringify(status) : statusLine(status));
    return EXIT.ok;
  },
};
