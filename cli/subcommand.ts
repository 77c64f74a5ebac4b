import type { Command } from 'commander';

/** What the exit codes of every subcommand mean. */
export const EXIT = { ok: 0, failed: 1, misused: 2, interrupted: 130 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One subcommand of `invigil`, with the options it reads. */
export interface Subcommand<Options extends object = object> {
  name: string;
  /** One line for the list of subcommands. */
  summary: string;
  /** Arguments, options and what help says beyond them. */
  define(command: Command): void;
  /**
   * Resolves when all is done and printed. @throws MisuseError for options that make no sense together, anything else
   * for a failure; its message is what the operator gets to read.
   */
  run(options: Options, args: string[]): Promise<ExitCode>;
}

/** Subcommands below one word, each with a help of its own. */
export interface SubcommandGroup {
  name: string;
  summary: string;
  /** A command line that is right, for the help of the word itself. */
  example: string;
  subcommands: readonly Subcommand[];
}
