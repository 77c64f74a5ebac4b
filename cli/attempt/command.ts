import type { Command } from 'commander';
import type { TimelineAnswer } from '../../contracts/http/timeline';
import { addApiOptions, apiAccess, type ApiOptions, callApi, readReply } from '../api';
import { EXIT, type Subcommand, type SubcommandGroup } from '../subcommand';
import { tellStory } from './story';

interface ExplainOptions extends ApiOptions {
  json?: boolean;
}

const HELP = `
Tells when (in this machine's time zone), who did it, why, what was told to others because of it, and what happens next.`;

const explainCommand: Subcommand<ExplainOptions> = {
  name: 'explain',
  summary: 'Tells what happened to an attempt, by whom and why',

  define(command: Command): void {
    command.argument('<code>', "the attempt's code");
    command.option('--json', 'everything as JSON on standard output instead of a story');
    addApiOptions(command, 'the scope attempts:read');
    command.addHelpText('after', HELP);
  },

  async run(options, [code = '']) {
    const access = await apiAccess(options, { sub: 'explainer', scopes: ['attempts:read'] });
    const reply = await callApi(access, `/v1/attempts/${encodeURIComponent(code)}/timeline`);
    const timeline = readReply<TimelineAnswer>(reply, access);
    console.log(options.json ? JSON.stringify(timeline) : tellStory(timeline));
    return EXIT.ok;
  },
};

/** What an operator asks about one attempt. */
export const attemptCommands: SubcommandGroup = {
  name: 'attempt',
  summary: 'Explains an attempt',
  example: 'invigil attempt explain 0F3C6F3A-6C4F-4A57-9B60-0B1F3D0E5C11',
  subcommands: [explainCommand],
};
