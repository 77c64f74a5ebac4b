import type { Command } from 'commander';
import { EXIT, type Subcommand } from '../subcommand';
import { addOfficeOptions, officeAccess, type OfficeOptions, qualificationPath, readOffice } from './office';
import { officeTable } from './text-table';

interface PluginItem {
  id: string;
  version: number;
  title: string;
  settings?: { initial: Record<string, unknown> };
  lastUsed?: boolean;
}

const HELP = `
With a period it also shows each rule's settings as its form would begin, and which one made the newest list.

Example: invigil qualification plugins spring-2026`;

/** Lists the rules on offer. */
export const pluginsCommand: Subcommand<OfficeOptions> = {
  name: 'plugins',
  summary: 'Lists the rules there are to choose from',

  define(command: Command): void {
    command.argument('[period]', 'whose settings to show');
    addOfficeOptions(command, 'qualification:read');
    command.addHelpText('after', HELP);
  },

  async run(options, [periodId]) {
    const access = await officeAccess(options);
    const path = periodId === undefined ? '/v1/qualification/plugins' : `${qualificationPath(periodId)}/plugins`;
    const answer = await readOffice<{ items: PluginItem[] }>(access, path);
    console.log(options.json ? JSON.stringify(answer) : tableOf(answer.items, periodId !== undefined));
    return EXIT.ok;
  },
};

function tableOf(items: readonly PluginItem[], ofPeriod: boolean): string {
  const head = ['Rule', 'version', 'title', ...(ofPeriod ? ['settings to begin with', 'last used'] : [])];
  const rows = items.map(({ id, version, title, settings, lastUsed }) => [
    id,
    version,
    title,
    ...(ofPeriod ? [settingsText(settings?.initial ?? {}), lastUsed === true ? 'yes' : ''] : []),
  ]);
  return officeTable(head, rows);
}

/** One line per setting; long lists by their number. */
function settingsText(settings: Record<string, unknown>): string {
  const texts = Object.entries(settings).map(([name, value]) => {
    const isLong = Array.isArray(value) && value.length > 6;
    return `${name}: ${isLong ? `${value.length} of them` : JSON.stringify(value)}`;
  });
  return texts.join('\n');
}
