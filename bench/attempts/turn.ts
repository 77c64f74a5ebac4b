import { workThrough } from '../../dev/bounded-work';
import { type CpuReading, cpuBetween, cpuOfAll, readCpu } from '../measure/cpu';
import { sum } from '../measure/statistics';
import type { BenchClient } from './client';
import type { Variant } from './variants';

/** What one variant did, in one go or in all of a round. */
export interface AttemptsTurn {
  wallMs: number;
  cpu: CpuReading;
  attempts: number;
  /** Milliseconds of single status changes, one client. */
  latencies: number[];
}

/** `busy` learners' attempts `concurrency` at a time, then `single` learners' attempts one after the other. */
export async function takeTurn(
  client: BenchClient,
  { apiUrl, pids }: Variant,
  examId: number,
  learners: { busy: readonly string[]; single: readonly string[]; concurrency: number },
): Promise<AttemptsTurn> {
  const attempt = (userId: string): Promise<number[]> => client.attempt(apiUrl, examId, userId);
  const before = readCpu(pids);
  const startedAt = performance.now();
  await workThrough(learners.busy, learners.concurrency, attempt);
  const wallMs = performance.now() - startedAt;
  const cpu = cpuBetween(before, readCpu(pids));
  const latencies = (await workThrough(learners.single, 1, attempt)).flat();
  return { wallMs, cpu, attempts: learners.busy.length, latencies };
}

/** Several turns as one. */
export function joinedTurns(turns: readonly AttemptsTurn[]): AttemptsTurn {
  return {
    wallMs: sum(turns.map(({ wallMs }) => wallMs)),
    cpu: cpuOfAll(turns.map(({ cpu }) => cpu)),
    attempts: sum(turns.map(({ attempts }) => attempts)),
    latencies: turns.flatMap(({ latencies }) => latencies),
  };
}

export function attemptsPerSecond({ attempts, wallMs }: AttemptsTurn): number {
  return (attempts / wallMs) * 1000;
}
