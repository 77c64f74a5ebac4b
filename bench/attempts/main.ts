import { connectTemporal } from '../../clients/temporal/attempts';
import { signDevToken } from '../../config/dev-key';
import { connectDatabase } from '../../db/core/connect';
import { ApiClient } from '../../dev/api-client';
import { SimulatorClient } from '../../dev/simulator/client';
import { runFromCommandLine } from '../command-line';
import { BenchClient } from './client';
import { GroundTruth } from './ground-truth';
import { type HistorySize, historySize } from './histories';
import { type AttemptsBenchOptions, HELP, readOptions } from './options';
import { hasWorkflow, ATTEMPTS_VARIANTS, type AttemptsVariantName } from './plan';
import { printReport } from './report';
import { AttemptsRounds } from './rounds';
import { type AttemptsStage, startAttemptsStage } from './variants';

const SCOPES = 'exams:write learners:write attempts:read attempts:write';
/** Histories looked at per variant. */
const SAMPLE = 10;

function log(line: string): void {
  console.error(line);
}

async function main(options: AttemptsBenchOptions): Promise<void> {
  const stage = await startAttemptsStage(log);
  try {
    await measure(stage, options);
  } finally {
    await stage.stop();
  }
}

async function measure(stage: AttemptsStage, options: AttemptsBenchOptions): Promise<void> {
  const { stack } = stage;
  const token = await signDevToken(stack.devKeyFile, { sub: 'bench', scope: SCOPES, expiresIn: '8h' });
  const client = new BenchClient(token);
  const knex = connectDatabase({ url: stack.env['DATABASE_URL'] ?? '', poolMax: 2 });
  try {
    const truth = new GroundTruth(knex, new SimulatorClient(stack.urls.simulator));
    const rounds = new AttemptsRounds(stage, client, truth, options, log);
    await rounds.prepare(new ApiClient(stack.urls.api, token));
    await rounds.run();
    const histories = await historiesOf(stage, rounds);
    printReport({ rounds: options.rounds, turns: rounds.turns, histories });
  } finally {
    await Promise.all([client.close(), knex.destroy()]);
  }
}

async function historiesOf(
  { stack }: AttemptsStage,
  rounds: AttemptsRounds,
): Promise<Map<AttemptsVariantName, HistorySize>> {
  const gateway = connectTemporal({ address: stack.env['TEMPORAL_ADDRESS'] ?? '', namespace: 'default' });
  const sample = rounds.learnersOf(1).there.busy.slice(0, SAMPLE);
  const sizes = new Map<AttemptsVariantName, HistorySize>();
  for (const name of ATTEMPTS_VARIANTS.filter(hasWorkflow)) {
    sizes.set(name, await historySize(gateway.client, name, rounds.examIdOf(name), sample));
  }
  await gateway.close();
  return sizes;
}

runFromCommandLine({ help: HELP, readOptions, main });
