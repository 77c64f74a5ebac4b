import { Counter, Gauge, type Registry } from 'prom-client';

/** What the relay looks for. */
export const LOOKS = ['callbacks', 'deadlines', 'effects', 'reviews', 'versions', 'publishes', 'providers'] as const;

export type LookName = (typeof LOOKS)[number];

/** Told by the relay of its looks and of what came of them. */
export interface RelayMetrics {
  looked(result: 'ok' | 'failed'): void;
  /** A workflow was woken for work that was left. */
  woke(): void;
  delivered(callbacks: number): void;
  /** An owner could not be woken, while others could. */
  ownerFailed(look: LookName): void;
  /** Owners that had to be woken again and again. */
  stuck(owners: number): void;
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
  const failures = new Counter({
    name: 'invigil_relay_owner_failures_total',
    help: 'Owners of work the relay could not wake, by what it looked for',
    labelNames: ['look'],
    registers,
  });
  for (const look of LOOKS) failures.inc({ look }, 0);
  const stuck = new Gauge({
    name: 'invigil_relay_owners_stuck',
    help: 'Owners the relay has woken, or tried to, again and again for the same work',
    registers,
  });
  return {
    ownerFailed: (look) => failures.inc({ look }),
    stuck: (owners) => stuck.set(owners),
    looked: (result) => looks.inc({ result }),
    woke: () => woken.inc(),
    delivered: (callbacks) => delivered.inc(callbacks),
  };
}
