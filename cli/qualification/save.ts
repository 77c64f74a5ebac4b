import type { Command } from 'commander';
import type { StatusAnswer } from '../../contracts/http/qualification/statuses';
import { MisuseError } from '../failures';
import { EXIT, type Subcommand } from '../subcommand';
import { addWriteOptions, officeAccess, type OfficeWriteOptions, qualificationPath, writeOffice } from './office';
import { idsOf } from './settings';
import { statusLine } from './status-words';

interface SaveOptions extends OfficeWriteOptions {
  status: string;
  message?: string;
  undecided?: string;
  acceptNewer?: boolean;
}

const HELP = `
Exactly what was previewed is saved. Where an answer is another one by now, nothing is, and the students are shown; the draft
stays. A draft is saved once; the same --key gives the same answer again.

Exit code: 0 saved; 1 the API refused; 2 the command line makes no sense.

Example: invigil qualification save spring-2026 kR1yC0TzvQm4b7xJ2nWdEA --status ready`;

/** Saves a draft as the period's newest status. */
export const saveCommand: Subcommand<SaveOptions> = {
  name: 'save',
  summary: 'Saves a draft: what it says of each student counts from now on',

  define(command: Command): void {
    command
      .argument('<period>', 'whose draft')
      .argument('<draft>', 'the draft, as preview names it')
      .option('--status <status>', 'ready or almostready', 'ready')
      .option('--message <text>', 'what to know about the list; needed where there is no rule')
      .option('--undecided <ids>', 'students left open with almostready, separated by commas, or @file')
      .option('--accept-newer', 'also where somebody saved or retracted since the preview');
    addWriteOptions(command);
    command.addHelpText('after', HELP);
  },

  async run(options, [periodId = '', draftId = '']) {
    const { status, message, undecided, acceptNewer, reason } = options;
    if (status !== 'ready' && status !== 'almostready') throw new MisuseError('--status is ready or almostready.');
    const body = {
      status,
      message,
      reason,
      ...(undecided === undefined ? {} : { undecided: idsOf(undecided) }),
      ...(acceptNewer === true ? { acceptNewerStatus: true } : {}),
    };
    const access = await officeAccess(options);
    const path = `${qualificationPath(periodId)}/drafts/${encodeURIComponent(draftId)}/save`;
    const saved = await writeOffice<StatusAnswer>(access, path, body, options.key);
    console.log(options.json ? JSON.stringify(saved) : statusLine(saved));
    return EXIT.ok;
  },
};
