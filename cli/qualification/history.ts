import type { Command } from 'commander';
import type { StatusAnswer } from '../../contracts/http/qualification/statuses';
import { EXIT, type Subcommand } from '../subcommand';
import { addOfficeOptions, countOf, officeAccess, type OfficeOptions, qualificationPath, readList } from './office';
import { officeTable, orDash } from './text-table';

interface HistoryOptions extends OfficeOptions {
  limit: string;
}

const HELP = `
The newest first; the one with a * counts now. With --json it is a list of statuses.

Example: invigil qualification history spring-2026`;

/** Shows all that was ever saved of a period. */
export const historyCommand: Subcommand<HistoryOptions> = {
  name: 'history',
  summary: 'Shows what was saved and retracted, by whom and why',

  define(command: Command): void {
    command.argument('<period>', 'whose').option('--limit <n>', 'how many to show', '50');
    addOfficeOptions(command, 'qualification:read');
    command.addHelpText('after', HELP);
  },

  async run(options, [periodId = '']) {
    const most = countOf('--limit', options.limit);
    const access = await officeAccess(options);
    const statuses = await readList<StatusAnswer>(access, `${qualificationPath(periodId)}/history`, most);
    console.log(options.json ? JSON.stringify(statuses) : tableOf(statuses));
    return EXIT.ok;
  },
};

function tableOf(statuses: readonly StatusAnswer[]): string {
  const head = ['', 'status', 'at', 'by', 'qualify', 'do not', 'undecided', 'rule', 'exported', 'message'];
  const rows = statuses.map(({ seq, isActive, status, at, by, counts, plugin, exported, message }) => [
    `${seq}${isActive ? '*' : ''}`,
    status,
    at,
    by,
    counts.qualify,
    counts.fail,
    counts.undecided,
    orDash(plugin?.id),
    orDash(exported.at(-1)?.at),
    orDash(message),
  ]);
  return statuses.length === 0 ? 'Nothing was saved yet.' : officeTable(head, rows);
}
