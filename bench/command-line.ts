import { parseArgs, type ParseArgsConfig } from 'node:util';

/** What a bench is started with. */
export interface BenchCommand<O> {
  help: string;
  /** Undefined when help was asked for. @throws naming the option that is wrong. */
  readOptions: (args: readonly string[]) => O | undefined;
  /** @returns the exit code; none means 0. */
  main: (options: O) => Promise<number | void>;
}

/** Runs a bench from the command line. Exit codes: 0 as wanted or help, 1 a failure or whatever `main` says, 2 wrong options. */
export function runFromCommandLine<O>(command: BenchCommand<O>): void {
  exitCodeOf(command).then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
      console.error(error instanceof Error ? (error.stack ?? error.message) : error);
      process.exitCode = 1;
    },
  );
}

async function exitCodeOf<O>({ help, readOptions, main }: BenchCommand<O>): Promise<number> {
  let options: O | undefined;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${help}`);
    return 2;
  }
  if (options === undefined) {
    console.log(help);
    return 0;
  }
  return (await main(options)) ?? 0;
}

/**
 * Reads options that are positive whole numbers, each with its default as text. Undefined when help was asked for.
 * @throws naming the option that is not one.
 */
export function readNumbers<K extends string>(
  args: readonly string[],
  defaults: Readonly<Record<K, string>>,
): Record<K, number> | undefined {
  const names = Object.keys(defaults) as K[];
  const options: NonNullable<ParseArgsConfig['options']> = { help: { type: 'boolean', short: 'h' } };
  for (const name of names) options[name] = { type: 'string', default: defaults[name] };
  const { values } = parseArgs({ args: [...args], options });
  if (values['help'] === true) return undefined;
  return Object.fromEntries(names.map((name) => [name, positive(name, String(values[name]))])) as Record<K, number>;
}

/** @throws naming the option. */
export function positive(name: string, value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new Error(`--${name} must be a positive whole number, not ${value}`);
  return Number(value);
}
