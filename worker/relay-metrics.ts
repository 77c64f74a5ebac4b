import { Counter, type Registry } from 'prom-client';

/** Told by the relay of its looks and of what came of them. */
export interface RelayMetrics {
  looked(result: 'ok' | 'failed'): void;
  /** A workflow was woken for work that was left. */
  woke(): void;
  delivered(callbacks: number): void;
}

/** Adds the relay's counters to a registry. */
export function createRelayMetrics(registry: Registry): RelayMetrics {
  const registers = [registry];
  const looks = new Counter({
    name: 'invigil_relay_looks_total',
    help: 'Looks of the relay for work that was left',
    labelNames: ['result'],
    registers,
  });
  for (const result of ['ok', 'failed']) looks.inc({ result }, 0);
  const woken = new Counter({
    name: 'invigil_relay_woken_total',
    help: 'Workflows the relay woke for work that was left',
    registers,
  });
  const delivered = new Counter({
    name: 'invigil_relay_callbacks_delivered_total',
    help: 'Callbacks the relay took to their workflows',
    registers,
  });
  return {
    looked: (result) => looks.inc({ result }),
    woke: () => woken.inc(),
    delivered: (callbacks) => delivered.inc(callbacks),
  };
}
