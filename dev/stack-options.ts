import type { ProviderSettings } from '../config/settings';
import type { Child, OnUnexpectedExit } from './children';
import type { Postgres } from './embedded/postgres';
import type { Temporal } from './embedded/temporal';

export type StackService = 'postgres' | 'temporal' | 'simulator' | 'api' | 'worker';

export interface StackOptions {
  /** Persistent: databases, key, ports and logs live here and the usual ports are tried first. Absent = all thrown away. */
  dataDir?: string;
  /** Extra environment of API and workers, over everything else. */
  env?: Record<string, string>;
  workers?: number;
  /** Everything unless given. The API and workers need postgres and temporal. */
  services?: readonly StackService[];
  /** Courses may have a clock offset (INVIGIL_TEST_CLOCK). */
  testClock?: boolean;
  /** A function where they speak to the simulator, whose address is not known before. Absent: INVIGIL_PROVIDERS, else ours. */
  providers?: readonly ProviderSettings[] | ((simulatorUrl: string | undefined) => readonly ProviderSettings[]);
  /** Temporal on a SQLite file, so that it survives its own restart; default when `dataDir` is given. */
  temporalFile?: boolean;
  /** Nothing that the environment names is used, neither servers nor providers: for tests that kill them. */
  ignoreExternal?: boolean;
  /** Progress, one line at a time. */
  log?: (line: string) => void;
  /** Told when a part ends by itself; unless given, a line is logged. */
  onUnexpectedExit?: OnUnexpectedExit;
  /** Aborted: nothing more is started, and what was is stopped. */
  signal?: AbortSignal;
}

/** A running development stack. Parts that were not asked for are undefined; `postgres` and `temporal` likewise. */
export interface Stack {
  /** What API and workers run with; `readSettings(stack.env)` gives the same in-process. */
  readonly env: Record<string, string>;
  readonly urls: { api: string; simulator: string; temporalUi: string; workerHealth: string };
  readonly devKeyFile: string;
  readonly logDir: string;
  readonly postgres: Postgres | undefined;
  readonly temporal: Temporal | undefined;
  readonly simulator: Child | undefined;
  readonly api: Child | undefined;
  readonly workers: Child[];
  /** One more worker on the same queues; it is in `workers` afterwards. */
  addWorker(): Promise<Child>;
  /** Stops everything, in the order that lets each part finish; throw-away data are gone afterwards. */
  stop(): Promise<void>;
}
