import type { Knex } from 'knex';
import type { TemporalGateway } from '../../clients/temporal/attempts';
import { readSettings } from '../../config/settings';
import { learnerExportWorkflowId } from '../../contracts/exports/messages';
import type { StoredChannel } from '../../db/exports/channels';
import type { Child } from '../../dev/children';
import { anExportCommand, exportTarget } from '../../dev/export-command';
import type { Stack } from '../../dev/stack';
import { waitUntil } from '../../dev/wait-until';
import { type CpuReading, cpuBetween, type Pids, readCpu } from '../measure/cpu';
import { forgetPeak, peakMemory } from '../measure/memory';
import { pidOf, serverPids } from '../measure/processes';
import { type Bare, bareLookUps } from './bare';
import type { Outside } from './outside';
import { costliest, forgetStatements, OWN, statementsSent } from './statements';

export interface ExportStage {
  stack: Stack;
  knex: Knex;
  gateway: TemporalGateway;
  outside: Outside;
}

/** What one export cost. */
export interface ExportTurn {
  enrollments: number;
  wallMs: number;
  lookUps: number;
  queries: number;
  events: number;
  peakMiB: number;
  cpu: CpuReading;
  /** Look-ups alone, right after the export. */
  bare: Bare;
}

const GIVE_UP_MS = 3_600_000;
const LOOK_MS = 100;

/** One export of all enrollments of a customer by a worker that has done nothing else. @throws when it doesn't add up. */
export async function exportAll(
  stage: ExportStage,
  channel: StoredChannel,
  { enrollments, concurrency }: { enrollments: number; concurrency: number },
  advance: (done: number) => void,
): Promise<ExportTurn> {
  const { stack, knex, gateway, outside } = stage;
  const worker = await stack.addWorker();
  const target = exportTarget(channel);
  const pids = pidsOf(stage, worker);
  try {
    await Promise.all([outside.forget(), forgetStatements(knex)]);
    forgetPeak(pids.worker);
    const before = readCpu(pids);
    const startedAt = performance.now();
    const { exportId } = await gateway.exports.start(
      target,
      anExportCommand({ requestedBy: 'bench' }),
      readSettings(stack.env).exports,
    );
    await untilEnded(knex, exportId, advance);
    const wallMs = performance.now() - startedAt;
    const cpu = cpuBetween(before, readCpu(pids));
    const [peakMiB, queries, lookUps] = [peakMemory(pids.worker), await statementsSent(knex), await outside.lookUps()];
    if (process.env['BENCH_STATEMENTS']) console.error((await costliest(knex)).join('\n'));
    await expectAllSent(stage, exportId, enrollments);
    const events = await eventsOf(gateway, learnerExportWorkflowId(target));
    const bare = await bareLookUps(outside, enrollments, concurrency);
    return { enrollments, wallMs, lookUps, queries, events, peakMiB, cpu, bare };
  } finally {
    await worker.stop();
  }
}

function pidsOf({ stack, outside }: ExportStage, worker: Child): Pids & { worker: number } {
  return { ...serverPids(stack), simulator: pidOf(outside.child), worker: pidOf(worker) };
}

async function untilEnded(knex: Knex, exportId: string, advance: (done: number) => void): Promise<void> {
  const hasEnded = async (): Promise<boolean> => {
    const { rows } = await knex.raw<{ rows: { finished: Date | null; sent: number | null }[] }>(
      `select ${OWN} finished_at as finished, cast(totals->>'sent' as int) as sent from export_runs where id = ?`,
      [exportId],
    );
    const [run] = rows;
    advance(run?.sent ?? 0);
    return (run?.finished ?? null) !== null;
  };
  await waitUntil(hasEnded, { what: 'the export to end', timeoutMs: GIVE_UP_MS, intervalMs: LOOK_MS });
}

/** Every enrollment has one record and that says sent; the channel has taken as many learners, each once. */
async function expectAllSent({ knex, outside }: ExportStage, exportId: string, enrollments: number): Promise<void> {
  const { rows } = await knex.raw<{ rows: Record<string, number>[] }>(
    `select ${OWN} (r.totals->>'selected')::int as "selected by the run's totals", (r.totals->>'sent')::int as "sent by its totals",
       (select count(*)::int from export_records x where x.run_id = r.id and x.outcome = 'sent') as "records that say sent",
       (select count(distinct enrollment_id)::int from export_records x where x.run_id = r.id) as "enrollments with a record",
       (select count(*)::int from transmissions t where t.run_id = r.id and t.state = 'sent') as "rows of the ledger"
     from export_runs r where r.id = ? and r.status = 'completed'`,
    [exportId],
  );
  if (!rows[0]) throw new Error(`Export ${exportId} is not completed.`);
  const { learners, accepted, repeated, doubled } = await outside.channel.totals();
  const found = { ...rows[0], 'learners at the channel': learners, 'records the channel took': accepted };
  for (const [what, count] of Object.entries(found)) {
    if (count !== enrollments) throw new Error(`${what}: ${count} instead of ${enrollments}`);
  }
  if (repeated + doubled > 0) throw new Error(`The channel was told ${repeated + doubled} records more than once.`);
}

/** Of all histories of the export; Temporal lists them a little late. */
async function eventsOf({ client }: TemporalGateway, workflowId: string): Promise<number> {
  let events = 0;
  const areClosed = async (): Promise<boolean> => {
    events = 0;
    let [all, closed] = [0, 0];
    for await (const { status, historyLength } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
      all += 1;
      if (status.name !== 'RUNNING') closed += 1;
      events += historyLength;
    }
    return all > 0 && all === closed;
  };
  await waitUntil(areClosed, { what: 'the histories to be listed', timeoutMs: 30_000, intervalMs: 200 });
  return events;
}
