import type { Knex } from 'knex';
import { waitUntil } from '../../dev/wait-until';
import { type CpuReading, cpuBetween, readCpu } from '../measure/cpu';
import { pidOf } from '../measure/processes';
import type { CallbacksStage } from './stage';

export interface Drained {
  applied: number;
  perSecond: number;
  wallMs: number;
  cpu: CpuReading;
}

const GIVE_UP_MS = 1_800_000;

/** Starts a worker, with its relay, and waits until the inbox is empty. The clock runs from when the worker is ready. */
export async function drain(stage: CallbacksStage, knex: Knex, log: (line: string) => void): Promise<Drained> {
  const waiting = await waitingRows(knex);
  const worker = await stage.stack.addWorker();
  const pids = { ...stage.pids.invigil, worker: pidOf(worker), simulator: pidOf(stage.stack.simulator) };
  const startedWith = await waitingRows(knex);
  const before = readCpu(pids);
  const startedAt = performance.now();
  let shownAt = startedAt;
  const isDone = async (): Promise<boolean> => {
    const left = await waitingRows(knex);
    if (performance.now() - shownAt > 5_000) {
      shownAt = performance.now();
      log(`drain     ${waiting - left} of ${waiting} applied`);
    }
    return left === 0;
  };
  await waitUntil(isDone, { what: 'all callbacks to be applied', timeoutMs: GIVE_UP_MS, intervalMs: 250 });
  const wallMs = performance.now() - startedAt;
  const perSecond = (startedWith / wallMs) * 1000;
  return { applied: waiting, perSecond, wallMs, cpu: cpuBetween(before, readCpu(pids)) };
}

async function waitingRows(knex: Knex): Promise<number> {
  const [row] = await knex('review_inbox').where({ state: 'received' }).count();
  return Number(row?.['count']);
}

/** Every attempt was verified by one review, once. @throws naming the first thing that is not so. */
export async function expectOneEffectEach(knex: Knex, expected: number): Promise<void> {
  const { rows } = await knex.raw<{ rows: Record<string, number>[] }>(`
    select (select count(*)::int from attempts where status = 'verified' and version = 4) as "attempts verified once",
      (select count(*)::int from review_inbox where state = 'applied') as "callbacks applied",
      (select count(*)::int from reviews) as reviews,
      (select count(*)::int from attempt_archive) as "archived rows",
      (select count(distinct attempt_id)::int from effects where name = 'credit.set') as "credit effects"`);
  for (const [what, found] of Object.entries(rows[0] ?? {})) {
    if (found !== expected) throw new Error(`${what}: ${found} instead of ${expected}`);
  }
}
