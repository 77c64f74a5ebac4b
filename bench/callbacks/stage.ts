import type { Child } from '../../dev/children';
import { freePort } from '../../dev/ports';
import type { Stack } from '../../dev/stack';
import type { Pids } from '../measure/cpu';
import { pidOf, serverPids } from '../measure/processes';
import { BenchStage, ONLY_CREDIT } from '../stage';
import { CALLBACKS_PROVIDER, type CallbacksVariantName } from './plan';

export interface CallbacksStage {
  stack: Stack;
  urls: Record<CallbacksVariantName, string>;
  /** The processes at work while callbacks are accepted. */
  pids: Record<CallbacksVariantName, Pids>;
  stop(): Promise<void>;
}

const ENVIRONMENT = { ...ONLY_CREDIT, ATTEMPT_IDLE_MS: '30000', RELAY_INTERVAL_MS: '1000' };

/** Everything but a worker: that is added when the drain begins. */
export function startCallbacksStage(log: (line: string) => void): Promise<CallbacksStage> {
  const services = ['postgres', 'temporal', 'simulator', 'api'] as const;
  return BenchStage.start({ providers: [CALLBACKS_PROVIDER], env: ENVIRONMENT, services, log }, async (stage) => {
    const { stack } = stage;
    log('Insert only: starting');
    const port = await freePort();
    const args = ['bench/callbacks/parts/insert-process.ts'];
    const insert = await stage.run('bench-insert', args, port, { PORT: String(port) });
    const pids = (api: Child | undefined): Pids => ({ ...serverPids(stack), API: pidOf(api) });
    return {
      stack,
      urls: { invigil: stack.urls.api, insert: `http://127.0.0.1:${port}` },
      pids: { invigil: pids(stack.api), insert: pids(insert) },
    };
  });
}
