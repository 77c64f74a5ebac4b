import { freePort } from '../../dev/ports';
import { type Stack, startStack } from '../../dev/stack';
import { typescriptChild } from '../../dev/stack-children';
import type { Pids } from '../measure/cpu';
import { CALLBACKS_PROVIDER, type CallbacksVariantName } from './plan';

export interface CallbacksStage {
  stack: Stack;
  urls: Record<CallbacksVariantName, string>;
  /** The processes at work while callbacks are accepted. */
  pids: Record<CallbacksVariantName, Pids>;
  stop(): Promise<void>;
}

/** Only the credit service exists, so a verdict makes one call; a callback posted twice is the client's doing, not a repeat. */
const ENVIRONMENT = {
  GRADES_URL: '',
  CERTIFICATES_URL: '',
  INSTRUCTOR_URL: '',
  COURSES_URL: '',
  SMTP_URL: '',
  ATTEMPT_IDLE_MS: '30000',
  RELAY_INTERVAL_MS: '1000',
  LOG_LEVEL: 'warn',
};

/** Everything but a worker: that is added when the drain begins. */
export async function startCallbacksStage(log: (line: string) => void): Promise<CallbacksStage> {
  const services = ['postgres', 'temporal', 'simulator', 'api'] as const;
  const stack = await startStack({
    ignoreExternal: true,
    providers: [CALLBACKS_PROVIDER],
    env: ENVIRONMENT,
    services,
    log,
  });
  log('Insert only: starting');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = { ...stack.env, PORT: String(port) };
  const insert = typescriptChild('bench-insert', ['bench/callbacks/parts/insert-process.ts'], env, `${url}/healthz`, {
    logDir: stack.logDir,
  });
  const stop = async (): Promise<void> => {
    await insert.stop();
    await stack.stop();
  };
  try {
    await insert.start();
  } catch (error) {
    await stop();
    throw error;
  }
  const pids = { invigil: pidsOf(stack, stack.api), insert: pidsOf(stack, insert) };
  return { stack, urls: { invigil: stack.urls.api, insert: url }, pids, stop };
}

function pidsOf({ postgres, temporal }: Stack, api: { pid: number | undefined } | undefined): Pids {
  return { API: pidOf(api), Temporal: pidOf(temporal), Postgres: pidOf(postgres), client: process.pid };
}

/** @throws when the part does not run. */
export function pidOf(part: { pid: number | undefined } | undefined): number {
  if (part?.pid === undefined) throw new Error('A part of the stack is not running.');
  return part.pid;
}
