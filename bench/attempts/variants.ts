import type { Child } from '../../dev/children';
import { freePort } from '../../dev/ports';
import type { Stack } from '../../dev/stack';
import type { Pids } from '../measure/cpu';
import { pidOf, serverPids } from '../measure/processes';
import { BenchStage, ONLY_CREDIT } from '../stage';
import { hasWorkflow, type OwnVariant, ATTEMPTS_PROVIDER, ATTEMPTS_VARIANTS, type AttemptsVariantName } from './plan';

/** One way of running attempts, up and ready. */
export interface Variant {
  name: AttemptsVariantName;
  apiUrl: string;
  pids: Pids;
}

/** Everything the bench starts: one database, Temporal and simulator for all, API and worker for each. */
export interface AttemptsStage {
  stack: Stack;
  variants: Variant[];
  stop(): Promise<void>;
}

/**
 * Workflows stay open to the end of the run: closing when idle would fall into another variant's turn. The effects' first
 * try gets more than its usual second: on a crowded machine an effect left over could be superseded by the next change, and
 * calls could no longer be counted.
 */
const ENVIRONMENT = { ...ONLY_CREDIT, ATTEMPT_IDLE_MS: '3600000', EFFECT_BUDGET_MS: '5000' };

export function startAttemptsStage(log: (line: string) => void): Promise<AttemptsStage> {
  return BenchStage.start({ providers: [ATTEMPTS_PROVIDER], env: ENVIRONMENT, log }, async (stage) => {
    const variants: Variant[] = [];
    for (const name of ATTEMPTS_VARIANTS) {
      log(`${name}: starting`);
      variants.push(name === 'invigil' ? invigil(stage.stack) : await ownVariant(name, stage));
    }
    return { stack: stage.stack, variants };
  });
}

function invigil(stack: Stack): Variant {
  const pids = { ...shared(stack), API: pidOf(stack.api), worker: pidOf(stack.workers[0]) };
  return { name: 'invigil', apiUrl: stack.urls.api, pids };
}

async function ownVariant(name: OwnVariant, stage: BenchStage): Promise<Variant> {
  const [apiPort, healthPort] = [await freePort(), await freePort()];
  const env = { PORT: String(apiPort), WORKER_HEALTH_PORT: String(healthPort) };
  const start = (part: 'api' | 'worker', port: number): Promise<Child> =>
    stage.run(`bench-${name}-${part}`, [`bench/attempts/parts/${part}-process.ts`, name], port, env);
  const [api, worker] = await Promise.all([
    start('api', apiPort),
    hasWorkflow(name) ? start('worker', healthPort) : undefined,
  ]);
  const own = { API: pidOf(api), ...(worker ? { worker: pidOf(worker) } : {}) };
  return { name, apiUrl: `http://127.0.0.1:${apiPort}`, pids: { ...shared(stage.stack), ...own } };
}

function shared(stack: Stack): Pids {
  return { ...serverPids(stack), simulator: pidOf(stack.simulator) };
}
