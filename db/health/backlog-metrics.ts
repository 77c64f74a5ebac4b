import type { Knex } from 'knex';
import { Gauge, type Registry } from 'prom-client';
import { EFFECT_SERVICES } from '../../domain/attempts/effects';
import { type Backlog, readBacklog } from './backlog';
import { CachedReading } from './cached-reading';

/** However often a process is scraped, it looks every 15 s, and spends no more than one part in thirty of its time on it. */
const CACHE = { freshMs: 15_000, patienceMs: 2_000, staleMs: 60_000, timesAsLong: 30 };

interface BacklogSeries {
  name: string;
  help: string;
  /** Absent: one sample without a label. */
  label?: string;
  samples: (backlog: Backlog) => [labelValue: string, value: number][];
}

const RUN_STATES = ['queued', 'running', 'paused'];
const DRAFT_STATES = ['choosing', 'computing', 'ready', 'failed'];

const SERIES: BacklogSeries[] = [
  {
    name: 'invigil_effects_due',
    help: 'Effects to be done or tried again',
    label: 'service',
    samples: ({ effectsDue }) =>
      EFFECT_SERVICES.map((service) => [service, ofService(effectsDue, service)?.count ?? 0]),
  },
  {
    name: 'invigil_effects_oldest_due_age_seconds',
    help: 'Time since the oldest due effect was decided',
    label: 'service',
    samples: ({ effectsDue }) =>
      EFFECT_SERVICES.map((service) => [service, ofService(effectsDue, service)?.oldestSeconds ?? 0]),
  },
  {
    name: 'invigil_effects_failed',
    help: 'Effects that were given up and wait for a person',
    label: 'service',
    samples: ({ effectsFailed }) =>
      EFFECT_SERVICES.map((service) => [service, ofService(effectsFailed, service)?.count ?? 0]),
  },
  {
    name: 'invigil_review_inbox_waiting',
    help: 'Callbacks of vendors that are stored and not yet applied',
    samples: ({ callbacksWaiting }) => [['', callbacksWaiting.count]],
  },
  {
    name: 'invigil_review_inbox_oldest_age_seconds',
    help: 'Time since the oldest of them came',
    samples: ({ callbacksWaiting }) => [['', callbacksWaiting.oldestSeconds]],
  },
  {
    name: 'invigil_attempts',
    help: 'Attempts in the phases they leave again',
    label: 'phase',
    samples: ({ attempts }) => attempts.map(({ phase, count }) => [phase, count]),
  },
  {
    name: 'invigil_reviews_overdue',
    help: 'Attempts whose review should have come by now',
    samples: ({ reviewsOverdue }) => [['', reviewsOverdue]],
  },
  {
    name: 'invigil_export_runs',
    help: 'Export runs that have not ended',
    label: 'state',
    samples: ({ exportRuns }) => RUN_STATES.map((state) => [state, inState(exportRuns, state)?.count ?? 0]),
  },
  {
    name: 'invigil_export_runs_idle_seconds',
    help: 'Time since the running export that has waited longest got on',
    samples: ({ exportRuns }) => [['', inState(exportRuns, 'running')?.idleSeconds ?? 0]],
  },
  {
    name: 'invigil_export_records_held',
    help: 'Records that may have arrived and wait for a person',
    samples: ({ recordsHeld }) => [['', recordsHeld]],
  },
  {
    name: 'invigil_qualification_drafts',
    help: 'Drafts of who qualifies that have not ended',
    label: 'state',
    samples: ({ qualificationDrafts }) =>
      DRAFT_STATES.map((state) => [state, inState(qualificationDrafts, state)?.count ?? 0]),
  },
  {
    name: 'invigil_qualification_computing_age_seconds',
    help: 'Time since the oldest draft that is being worked out was chosen',
    samples: ({ qualificationDrafts }) => [['', inState(qualificationDrafts, 'computing')?.oldestSeconds ?? 0]],
  },
];

function ofService<T extends { service: string }>(counts: readonly T[], service: string): T | undefined {
  return counts.find((one) => one.service === service);
}

function inState<T extends { state: string }>(counts: readonly T[], state: string): T | undefined {
  return counts.find((one) => one.state === state);
}

/**
 * Adds what waits in the database, and whether it answers. Every process says the same about the one database, so
 * queries take `max`, never `sum`. While it does not answer these series are absent, and `invigil_database_up` is 0.
 */
export function addBacklogMetrics(registry: Registry, knex: Knex, cache = CACHE): void {
  const reading = new CachedReading(() => readBacklog(knex), cache);
  new Gauge({
    name: 'invigil_database_up',
    help: '1 while the database answers',
    registers: [registry],
    async collect() {
      this.set((await reading.current()) === null ? 0 : 1);
    },
  });
  for (const series of SERIES) addSeries(registry, series, reading);
}

function addSeries(
  registry: Registry,
  { name, help, label, samples }: BacklogSeries,
  reading: CachedReading<Backlog>,
): void {
  const labelNames = label === undefined ? [] : [label];
  new Gauge({
    name,
    help,
    labelNames,
    registers: [registry],
    async collect() {
      const backlog = await reading.current();
      this.reset();
      if (backlog === null && label === undefined) this.remove();
      for (const [labelValue, value] of backlog === null ? [] : samples(backlog))
        this.set(label === undefined ? {} : { [label]: labelValue }, value);
    },
  });
}
