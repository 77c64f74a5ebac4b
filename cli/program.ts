import { Command, CommanderError } from 'commander';
import { doctorCommand } from './doctor/command';
import { exportCommand } from './export/command';
import { describeFailure, MisuseError } from './failures';
import { importCommand } from './import/command';
import { migrateCommand } from './migrate';
import { providersCommand } from './providers';
import { publishCommand } from './publish';
import { reconcileCommand } from './reconcile/command';
import { EXIT, type ExitCode, type Subcommand } from './subcommand';
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

const ABOUT = `Operates Invigil: an installation, and what is asked of its API.

migrate, providers, reconcile and doctor read the settings of a worker.
publish, import, export and token find a stack that \`npm start\` runs by itself.

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
  for (const subcommand of SUBCOMMANDS) addTo(program, subcommand, onEnd);
  return program;
}

function addTo(program: Command, subcommand: Subcommand, onEnd: (code: ExitCode) => void): void {
  const { name, summary } = subcommand;
  const seeHelp = `See: invigil ${name} --help`;
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
