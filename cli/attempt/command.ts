import type { Command } from 'commander';
import type { TimelineAnswer } from '../../contracts/http/timeline';
import { addApiOptions, apiAccess, type ApiOptions, callApi, readReply } from '../api';
import { MisuseError } from '../failures';
import { EXIT, type Subcommand } from '../subcommand';
import { tellStory } from './story';

interface AttemptOptions extends ApiOptions {
  json?: boolean;
}

const HELP = `
explain tells what happened to an attempt: when (in this machine's time zone), who did it, why, what was told to others
because of it, and what happens next.

Example: invigil attempt explain 0F3C6F3A-6C4F-4A57-9B60-0B1F3D0E5C11`;

/** What an operator asks about one attempt. */
export const attemptCommand: Subcommand<AttemptOptions> = {
  name: 'attempt',
  summary: 'Explains an attempt: what happened, by whom and why',

  define(command: Command): void {
    command.argument('<what>', 'explain').argument('<code>', "the attempt's code");
    command.option('--json', 'everything as JSON on standard output instead of a story');
    addApiOptions(command, 'the scope attempts:read');
    command.addHelpText('after', HELP);
  },

  async run(options, [what = '', code = '']) {
    if (what !== 'explain')
      throw new MisuseError(`There is no "${what}"; invigil attempt explain CODE is what there is.`);
    const access = await apiAccess(options, { sub: 'explainer', scopes: ['attempts:read'] });
    const reply = await callApi(access, `/v1/attempts/${encodeURIComponent(code)}/timeline`);
    const timeline = readReply<TimelineAnswer>(reply, access);
    console.log(options.json ? JSON.stringify(timeline) : tellStory(timeline));
    return EXIT.ok;
  },
};
