import type { Stack } from '../../dev/stack';
import type { Pids } from './cpu';

interface Part {
  pid: number | undefined;
}

/** @throws when the part does not run */
export function pidOf(part: Part | undefined): number {
  if (part?.pid === undefined) throw new Error('A part of the stack is not running.');
  return part.pid;
}

/** The servers beneath API and worker, and the bench itself. */
export function serverPids({ postgres, temporal }: Pick<Stack, 'postgres' | 'temporal'>): Pids {
  return { Postgres: pidOf(postgres), Temporal: pidOf(temporal), client: process.pid };
}
