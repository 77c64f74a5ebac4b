import type { Child } from '../../dev/children';
import { freePort } from '../../dev/ports';
import { type Stack, startStack } from '../../dev/stack';
import { typescriptChild } from '../../dev/stack-children';
import type { Pids } from '../measure/cpu';
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
 * Only the credit service exists, so each change makes one call. Workflows stay open to the end of the run: closing when
 * idle would fall into another variant's turn. The effects' first try gets more than its usual second: on a crowded machine
 * an effect left over could be superseded by the next change, and calls could no longer be counted.
 */
const ENVIRONMENT = {
  GRADES_URL: '',
  CERTIFICATES_URL: '',
  INSTRUCTOR_URL: '',
  COURSES_URL: '',
  SMTP_URL: '',
  ATTEMPT_IDLE_MS: '3600000',
  EFFECT_BUDGET_MS: '5000',
  LOG_LEVEL: 'warn',
};

export async function startAttemptsStage(log: (line: string) => void): Promise<AttemptsStage> {
  const stack = await startStack({ ignoreExternal: true, providers: [ATTEMPTS_PROVIDER], env: ENVIRONMENT, log });
  const children: Child[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop()));
    await stack.stop();
  };
  try {
    const variants: Variant[] = [];
    for (const name of ATTEMPTS_VARIANTS) {
      log(`${name}: starting`);
      variants.push(name === 'invigil' ? invigil(stack) : await ownVariant(name, stack, children));
    }
    return { stack, variants, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function invigil(stack: Stack): Variant {
  const pids = { ...shared(stack), API: pidOf(stack.api), worker: pidOf(stack.workers[0]) };
  return { name: 'invigil', apiUrl: stack.urls.api, pids };
}

async function ownVariant(name: OwnVariant, stack: Stack, children: Child[]): Promise<Variant> {
  const apiPort = await freePort();
  const healthPort = await freePort();
  const env = { ...stack.env, PORT: String(apiPort), WORKER_HEALTH_PORT: String(healthPort) };
  const api = child(name, 'api', env, apiPort, stack.logDir);
  const worker = child(name, 'worker', env, healthPort, stack.logDir);
  const mine = hasWorkflow(name) ? [api, worker] : [api];
  children.push(...mine);
  await Promise.all(mine.map((one) => one.start()));
  const own = { API: pidOf(api), ...(hasWorkflow(name) ? { worker: pidOf(worker) } : {}) };
  return { name, apiUrl: `http://127.0.0.1:${apiPort}`, pids: { ...shared(stack), ...own } };
}

function child(variant: OwnVariant, part: 'api' | 'worker', env: Record<string, string>, port: number, logDir: string) {
  const args = [`bench/attempts/parts/${part}-process.ts`, variant];
  return typescriptChild(`bench-${variant}-${part}`, args, env, `http://127.0.0.1:${port}/healthz`, { logDir });
}

function shared({ postgres, temporal, simulator }: Stack): Pids {
  return { Temporal: pidOf(temporal), Postgres: pidOf(postgres), simulator: pidOf(simulator), client: process.pid };
}

function pidOf(part: { pid: number | undefined } | undefined): number {
  if (part?.pid === undefined) throw new Error('A part of the stack is not running.');
  return part.pid;
}
