import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectTemporal } from '../../clients/temporal/attempts';
import { readSettings } from '../../config/settings';
import { connectDatabase } from '../../db/core/connect';
import { Progress } from '../../dev/progress';
import { startStack } from '../../dev/stack';
import { workflowBundle } from '../../worker/workflow-bundle';
import { runFromCommandLine } from '../command-line';
import { coursesFor, importCustomer, isLedByInstructor } from './customer';
import { type ExportBenchOptions, HELP, readOptions } from './options';
import { Outside } from './outside';
import { perSecond, printReport } from './report';
import { countStatements } from './statements';
import { exportAll, type ExportStage, type ExportTurn } from './turn';

const progress = new Progress(process.stderr.isTTY === true, (line) => console.error(line));

async function main(options: ExportBenchOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'invigil-bench-'));
  try {
    await workflowBundle();
    const outside = await Outside.start(folder);
    try {
      await withStack(outside, options);
    } finally {
      await outside.child.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withStack(outside: Outside, options: ExportBenchOptions): Promise<void> {
  const stack = await startStack({
    ignoreExternal: true,
    services: ['postgres', 'temporal'],
    log: (line) => progress.line(line),
    env: {
      LOG_LEVEL: 'warn',
      RELAY_INTERVAL_MS: '5000',
      ...outside.environment,
      EXPORT_LOOKUP_CONCURRENCY: String(options.concurrency),
    },
  });
  if (stack.postgres) await countStatements(stack.postgres);
  const knex = connectDatabase({ url: stack.env['DATABASE_URL'] ?? '', poolMax: 2 });
  const gateway = connectTemporal({ address: stack.env['TEMPORAL_ADDRESS'] ?? '', namespace: 'default' });
  try {
    printReport(await play({ stack, knex, gateway, outside }, options), options);
  } finally {
    await Promise.allSettled([knex.destroy(), gateway.close()]);
    await stack.stop();
  }
}

async function play(stage: ExportStage, options: ExportBenchOptions): Promise<ExportTurn[]> {
  const { outside, knex, stack } = stage;
  const keys = readSettings(stack.env).credentialKeys;
  if (!keys) throw new Error('There are no credential keys.');
  for (const course of coursesFor(Math.max(...options.enrollments))) {
    await outside.course(course, isLedByInstructor(course) ? 'instructor' : 'self');
  }
  await outside.slow(options.latencyMs);
  const turns: ExportTurn[] = [];
  for (const enrollments of options.enrollments) {
    let channel: Awaited<ReturnType<typeof importCustomer>> | undefined;
    await progress.phase(`${enrollments} enrollments imported`, enrollments, async (advance) => {
      channel = await importCustomer(knex, { enrollments, channelUrl: outside.channelUrl, keys }, advance);
    });
    await progress.phase(`${enrollments} enrollments exported`, enrollments, async (advance) => {
      if (channel)
        turns.push(await exportAll(stage, channel, { enrollments, concurrency: options.concurrency }, advance));
    });
    const turn = turns.at(-1);
    if (turn) progress.line(`  ${perSecond(turn).toFixed(0)} records per second, ${turn.peakMiB.toFixed(0)} MiB`);
  }
  return turns;
}

runFromCommandLine({ help: HELP, readOptions, main });
