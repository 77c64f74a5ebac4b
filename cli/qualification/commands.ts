import type { SubcommandGroup } from '../subcommand';
import { csvCommand } from './csv';
import { exportedCommand } from './exported';
import { historyCommand } from './history';
import { pluginsCommand } from './plugins';
import { previewCommand } from './preview';
import { retractCommand } from './retract';
import { saveCommand } from './save';

/** What an exam office does about the final exam. */
export const qualificationCommands: SubcommandGroup = {
  name: 'qualification',
  summary: 'Decides who qualifies for the final exam: rules, preview, save, retract, history, CSV',
  example: 'invigil qualification preview spring-2026 --plugin approved.all',
  subcommands: [
    pluginsCommand,
    previewCommand,
    saveCommand,
    retractCommand,
    historyCommand,
    exportedCommand,
    csvCommand,
  ],
};
