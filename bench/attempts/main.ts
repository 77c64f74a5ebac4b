import { connectTemporal } from '../../clients/temporal/attempts';
import { connectDatabase } from '../../db/core/connect';
import { signDevToken } from '../../dev/dev-key';
import { runFromCommandLine } from '../command-line';
import { BenchClient } from './client';
import { GroundTruth } from './ground-truth';
import { type HistorySize, historySize } from './histories';
import { type BenchOptions, HELP, readOptions } from './options';
import { hasWorkflow, VARIANTS, type VariantName } from './plan';
import { printReport } from './report';
import { Rounds } from './rounds';
import { type Stage, startStage } from './variants';

const SCOPES = 'exams:write attempts:read attempts:write';
/** Histories looked at per variant. */
const SAMPLE = 10;

function log(line: string): void {
  console.error(line);
}

async function main(options: BenchOptions): Promise<void> {
  const stage = await startStage(log);
  try {
    await measure(stage, options);
  } finally {
    await stage.stop();
  }
}

async function measure(stage: Stage, options: BenchOptions): Promise<void> {
  const { stack } = stage;
  const token = await signDevToken(stack.devKeyFile, { sub: 'bench', scope: SCOPES, expiresIn: '8h' });
  const client = new BenchClient(token);
  const knex = connectDatabase({ url: stack.env['DATABASE_URL'] ?? '', poolMax: 2 });
  try {
    const truth = new GroundTruth(knex, stack.urls.simulator);
    const rounds = new Rounds(stage, client, truth, options, log);
    await rounds.prepare();
    await rounds.run();
    const histories = await historiesOf(stage, rounds);
    printReport({ rounds: options.rounds, turns: rounds.turns, histories });
  } finally {
    await Promise.all([client.close(), knex.destroy()]);
  }
}

async function historiesOf({ stack }: Stage, rounds: Rounds): Promise<Map<VariantName, HistorySize>> {
  const gateway = connectTemporal({ address: stack.env['TEMPORAL_ADDRESS'] ?? '', namespace: 'default' });
  const sample = rounds.learnersOf(1).there.busy.slice(0, SAMPLE);
  const sizes = new Map<VariantName, HistorySize>();
  for (const name of VARIANTS.filter(hasWorkflow)) {
    sizes.set(name, await historySize(gateway.client, name, rounds.examIdOf(name), sample));
  }
  await gateway.close();
  return sizes;
}

runFromCommandLine({ help: HELP, readOptions, main });
