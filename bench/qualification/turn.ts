import type { Knex } from 'knex';
import type { ApiClient } from '../../dev/api-client';
import type { Child } from '../../dev/children';
import { freePort } from '../../dev/ports';
import type { Stack } from '../../dev/stack';
import { workerChild } from '../../dev/stack-children';
import { waitFor } from '../../dev/wait-until';
import { type CpuReading, cpuBetween, readCpu } from '../measure/cpu';
import { forgetPeak, peakMemory, usedMemory } from '../measure/memory';
import { pidOf, serverPids } from '../measure/processes';
import { median } from '../measure/statistics';
import { type Aggregate, aggregate } from './aggregate';
import type { BenchPeriod } from './period';

export interface QualificationStage {
  stack: Stack;
  api: ApiClient;
  knex: Knex;
}

/** What the drafts of one period took. */
export interface QualificationTurn {
  students: number;
  /** From POST to ready, the median. */
  readyMs: number;
  /** Each of them. */
  allMs: number[];
  aggregate: Aggregate;
  idleMiB: number;
  peakMiB: number;
  /** Of the worker's event loop while drafts are worked out; 10 ms of it are the sampling. */
  eventLoopP99Ms: number;
  eventLoopMaxMs: number;
  /** The same while the worker has nothing to do and the aggregate runs: what the machine does to it. */
  idleLoopP99Ms: number;
  /** Processor time of one draft, which other work on the machine does not lengthen. */
  workerCpuMs: number;
  postgresCpuMs: number;
}

/** Works out a period several times by a worker that has done no more than a small one. @throws when counts are wrong */
export async function workOut(
  stage: QualificationStage,
  { warmUp, period, rounds }: { warmUp: BenchPeriod; period: BenchPeriod; rounds: number },
  advance: (done: number) => void,
): Promise<QualificationTurn> {
  const port = await freePort();
  const context = { logDir: stage.stack.logDir, onUnexpectedExit: (message: string) => console.error(message) };
  const worker = workerChild(period.students, port, stage.stack.env, context);
  await worker.start();
  try {
    await draft(stage.api, warmUp);
    await aggregate(stage.knex, period.periodId);
    return await measured(stage, { worker, port, period, rounds }, advance);
  } finally {
    await worker.stop();
  }
}

async function measured(
  stage: QualificationStage,
  { worker, port, period, rounds }: { worker: Child; port: number; period: BenchPeriod; rounds: number },
  advance: (done: number) => void,
): Promise<QualificationTurn> {
  const pid = pidOf(worker);
  const idleMiB = usedMemory(pid);
  forgetPeak(pid);
  const pids = { ...serverPids(stage.stack), worker: pid };
  const all: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await eventLoopOf(port);
    const before = readCpu(pids);
    const readyMs = await draft(stage.api, period);
    const cpu = cpuBetween(before, readCpu(pids));
    const loop = await eventLoopOf(port);
    const aggregated = await aggregate(stage.knex, period.periodId);
    all.push({ readyMs, cpu, loop, aggregated, idle: await eventLoopOf(port) });
    advance(round + 1);
  }
  const middle = (of: (round: Round) => number): number => median(all.map(of));
  return {
    students: period.students,
    readyMs: middle(({ readyMs }) => readyMs),
    allMs: all.map(({ readyMs }) => readyMs),
    aggregate: {
      rowsMs: middle(({ aggregated }) => aggregated.rowsMs),
      serverMs: middle(({ aggregated }) => aggregated.serverMs),
    },
    idleMiB,
    peakMiB: peakMemory(pid),
    eventLoopP99Ms: middle(({ loop }) => loop.p99Ms),
    eventLoopMaxMs: Math.max(...all.map(({ loop }) => loop.maxMs)),
    idleLoopP99Ms: middle(({ idle }) => idle.p99Ms),
    workerCpuMs: middle(({ cpu }) => cpu.roles.get('worker') ?? 0),
    postgresCpuMs: middle(({ cpu }) => cpu.roles.get('Postgres') ?? 0),
  };
}

interface Round {
  readyMs: number;
  cpu: CpuReading;
  loop: EventLoop;
  aggregated: Aggregate;
  /** Of the loop while the aggregate ran. */
  idle: EventLoop;
}

interface DraftState {
  draftId: string;
  state: string;
  counts: { students: number; qualify: number } | null;
}

const GIVE_UP_MS = 600_000;

/** One draft from POST to ready. @returns milliseconds. @throws when it counts other students than there are */
async function draft(api: ApiClient, { periodId, students, qualify }: BenchPeriod): Promise<number> {
  const path = `/periods/${periodId}/qualification/drafts`;
  const startedAt = performance.now();
  const begun = await api.post<DraftState>(path, { plugin: 'approved.all' });
  const isReady = async (): Promise<DraftState | undefined> => {
    const seen = await api.get<DraftState>(`${path}/${begun.draftId}`);
    return seen.state === 'computing' ? undefined : seen;
  };
  const what = `the draft of ${periodId}`;
  const ready =
    begun.state === 'computing' ? await waitFor(isReady, { what, timeoutMs: GIVE_UP_MS, intervalMs: 20 }) : begun;
  const tookMs = performance.now() - startedAt;
  const { counts } = ready;
  if (counts?.students === students && counts.qualify === qualify) return tookMs;
  throw new Error(
    `${what} is ${ready.state} and counts ${JSON.stringify(counts)} instead of ${qualify} of ${students}`,
  );
}

interface EventLoop {
  p99Ms: number;
  maxMs: number;
}

/** Delays since it was asked last. */
async function eventLoopOf(port: number): Promise<EventLoop> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const value = (name: string): number => {
    const found = new RegExp(`^nodejs_eventloop_lag_${name}_seconds\\S* (\\S+)$`, 'm').exec(text);
    if (found === null) throw new Error(`the worker counts no event loop lag ${name}`);
    return Number(found[1]) * 1_000;
  };
  return { p99Ms: value('p99'), maxMs: value('max') };
}
