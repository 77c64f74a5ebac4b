import { Command, CommanderError } from 'commander';
import { attemptCommands } from './attempt/command';
import { doctorCommand } from './doctor/command';
import { exportCommand } from './export/command';
import { describeFailure, MisuseError } from './failures';
import { importCommand } from './import/command';
import { migrateCommand } from './migrate';
import { providersCommand } from './providers';
import { publishCommand } from './publish';
import { qualificationCommands } from './qualification/commands';
import { reconcileCommand } from './reconcile/command';
import { EXIT, type ExitCode, type Subcommand, type SubcommandGroup } from './subcommand';
import { tokenCommand } from './token';
import { releaseVersion } from './version';

const SUBCOMMANDS: readonly Subcommand[] = [
  migrateCommand,
  publishCommand,
  importCommand,
  exportCommand,
  providersCommand,
  reconcileCommand,
  tokenCommand,
  doctorCommand,
];

const GROUPS: readonly SubcommandGroup[] = [attemptCommands, qualificationCommands];

const ABOUT = `Operates Invigil: an installation, and what is asked of its API.

migrate, providers, reconcile and doctor read the settings of a worker.
publish, import, export, attempt, qualification and token find a stack that \`npm start\` runs by itself.

Exit codes: 0 done; 1 it failed, or something is not well; 2 misused.`;

/** Runs one command line. @returns the exit code; everything there is to say was printed. */
export async function runCommandLine(args: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = EXIT.ok;
  const program = buildProgram((ended) => (code = ended));
  try {
    await program.parseAsync([...args], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.misused;
    console.error(describeFailure(error));
    return error instanceof MisuseError ? EXIT.misused : EXIT.failed;
  }
}

function buildProgram(onEnd: (code: ExitCode) => void): Command {
  const program = new Command('invigil')
    .description(ABOUT)
    .version(releaseVersion())
    .helpOption('-h, --help', 'this text')
    .exitOverride()
    .showHelpAfterError('See: invigil --help');
  for (const subcommand of SUBCOMMANDS) addTo(program, subcommand, { words: 'invigil', onEnd });
  for (const group of GROUPS) addGroup(program, group, onEnd);
  return program;
}

function addGroup(program: Command, group: SubcommandGroup, onEnd: (code: ExitCode) => void): void {
  const { name, summary, example, subcommands } = group;
  const words = `invigil ${name}`;
  const command = program.command(name).summary(summary).description(`${summary}.`);
  command.showHelpAfterError(`See: ${words} --help`).addHelpText('after', `\nExample: ${example}`);
  for (const subcommand of subcommands) addTo(command, subcommand, { words, onEnd });
}

interface Adding {
  /** What stands before the subcommand's name. */
  words: string;
  onEnd: (code: ExitCode) => void;
}

function addTo(program: Command, subcommand: Subcommand, { words, onEnd }: Adding): void {
  const { name, summary } = subcommand;
  const seeHelp = `See: ${words} ${name} --help`;
  const command = program.command(name).summary(summary).description(`${summary}.`).showHelpAfterError(seeHelp);
  subcommand.define(command);
  command.action(async () => {
    try {
      onEnd(await subcommand.run(command.opts(), command.args));
    } catch (error) {
      throw error instanceof MisuseError ? new MisuseError(`${error.message}\n${seeHelp}`) : error;
    }
  });
}
