#!/usr/bin/env node
import '../config/node-version';
import { runCommandLine } from './program';

/** For what a command left open, a stalled upload for instance, although it has come to its end. */
const LINGER_MS = 2_000;

/** A reader that has seen enough, `invigil … | head`, is no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

void runCommandLine(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
  setTimeout(() => process.exit(), LINGER_MS).unref();
});
