import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ProviderSettings } from '../config/settings';
import { migrateToLatest } from '../db/core/migrate';
import type { Child } from './children';
import { credentialKeys } from './credential-keys';
import { devKey } from './dev-key';
import { type Postgres, startPostgres } from './embedded/postgres';
import { startTemporal, type Temporal } from './embedded/temporal';
import { guardFolder, unguardFolder } from './guard';
import { freePort, type UsualPort, usualOrFreePort } from './ports';
import { apiChild, type ChildContext, simulatorChild, workerChild } from './stack-children';
import { defaultProviders, stackEnvironment, type StackPorts } from './stack-environment';

export type StackService = 'postgres' | 'temporal' | 'simulator' | 'api' | 'worker';

export interface StackOptions {
  /** Persistent: databases, key and logs live here and the usual ports are tried first. Absent = all thrown away. */
  dataDir?: string;
  /** Extra environment of API and workers, over everything else. */
  env?: Record<string, string>;
  workers?: number;
  /** Everything unless given. The API and workers need postgres and temporal. */
  services?: readonly StackService[];
  /** Courses may have a clock offset (INVIGIL_TEST_CLOCK). */
  testClock?: boolean;
  /** A function where they speak to the simulator, whose address is not known before. */
  providers?: readonly ProviderSettings[] | ((simulatorUrl: string | undefined) => readonly ProviderSettings[]);
  /** Temporal on a SQLite file, so that it survives its own restart; default when `dataDir` is given. */
  temporalFile?: boolean;
  /** Own Postgres and Temporal even when DATABASE_URL or TEMPORAL_ADDRESS is set: for tests that kill them. */
  ignoreExternal?: boolean;
  /** Progress, one line at a time. */
  log?: (line: string) => void;
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

const EVERYTHING: readonly StackService[] = ['postgres', 'temporal', 'simulator', 'api', 'worker'];

/** Starts a stack and resolves when all of it is ready. @throws when a part does not start; the others are stopped then. */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const builder = new StackBuilder(options, await choosePorts(options.dataDir !== undefined));
  try {
    await builder.startFoundations();
    await builder.startApplications();
  } catch (error) {
    await builder.stop();
    throw error;
  }
  return builder;
}

class StackBuilder implements Stack {
  env: Record<string, string> = {};
  postgres: Postgres | undefined;
  temporal: Temporal | undefined;
  simulator: Child | undefined;
  api: Child | undefined;
  readonly workers: Child[] = [];
  readonly folder: string;
  private readonly services: ReadonlySet<StackService>;
  private readonly context: ChildContext;
  private workersMade = 0;

  constructor(
    private readonly options: StackOptions,
    private readonly ports: StackPorts,
  ) {
    this.folder = options.dataDir ? resolve(options.dataDir) : throwAwayFolder();
    mkdirSync(this.folder, { recursive: true });
    this.services = new Set(options.services ?? EVERYTHING);
    this.context = { logDir: join(this.folder, 'logs'), onUnexpectedExit: (message) => this.log(message) };
  }

  get logDir(): string {
    return this.context.logDir;
  }

  get devKeyFile(): string {
    return join(this.folder, 'dev-key.json');
  }

  get urls(): Stack['urls'] {
    return {
      api: `http://127.0.0.1:${this.ports.api}`,
      simulator: `http://127.0.0.1:${this.ports.simulator}`,
      temporalUi: this.temporal?.uiUrl ?? `http://127.0.0.1:${this.ports.temporalUi}`,
      workerHealth: `http://127.0.0.1:${this.ports.workerHealth}`,
    };
  }

  async startFoundations(): Promise<void> {
    await devKey(this.devKeyFile);
    const starts = [this.startPostgres(), this.startTemporal(), this.startSimulator()];
    const failed = (await Promise.allSettled(starts)).find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    const { simulator } = this.urls;
    const simulatorUrl = this.simulator ? simulator : undefined;
    const { providers = defaultProviders } = this.options;
    this.env = stackEnvironment({
      ports: this.ports,
      devKeyFile: this.devKeyFile,
      credentialKeys: credentialKeys(join(this.folder, 'credential-keys')),
      testClock: this.options.testClock ?? false,
      providers: typeof providers === 'function' ? providers(simulatorUrl) : providers,
      extra: this.options.env ?? {},
      ...(this.postgres ? { databaseUrl: this.postgres.url } : {}),
      ...(this.temporal ? { temporal: this.temporal } : {}),
      ...(simulatorUrl ? { simulatorUrl } : {}),
    });
  }

  async startApplications(): Promise<void> {
    const starts: Promise<unknown>[] = [];
    if (this.services.has('api')) {
      this.log('API: starting');
      this.api = apiChild(this.env, this.context);
      starts.push(this.api.start());
    }
    const workers = this.services.has('worker') ? (this.options.workers ?? 1) : 0;
    for (let made = 0; made < workers; made += 1) starts.push(this.addWorker());
    await Promise.all(starts);
  }

  async addWorker(): Promise<Child> {
    this.workersMade += 1;
    const number = this.workersMade;
    this.log(`Worker ${number}: starting`);
    const port = number === 1 ? this.ports.workerHealth : await freePort();
    const worker = workerChild(number, port, this.env, this.context);
    this.workers.push(worker);
    await worker.start();
    return worker;
  }

  async stop(): Promise<void> {
    await Promise.all([this.api?.stop(), ...this.workers.map((worker) => worker.stop())]);
    await Promise.all([this.simulator?.stop(), this.temporal?.dispose(), this.postgres?.dispose()]);
    if (this.options.dataDir) return;
    rmSync(this.folder, { recursive: true, force: true });
    unguardFolder(this.folder);
  }

  private async startPostgres(): Promise<void> {
    if (!this.services.has('postgres')) return;
    this.log('Postgres: starting');
    this.postgres = await startPostgres({
      port: this.ports.postgres,
      logFile: join(this.logDir, 'postgres.log'),
      ignoreDatabaseUrl: this.options.ignoreExternal ?? false,
      onUnexpectedExit: this.context.onUnexpectedExit,
      ...(this.options.dataDir ? { dataDir: join(this.folder, 'postgres') } : {}),
    });
    await migrateToLatest(this.postgres.url);
  }

  private async startTemporal(): Promise<void> {
    if (!this.services.has('temporal')) return;
    this.log('Temporal: starting');
    const onFile = this.options.temporalFile ?? this.options.dataDir !== undefined;
    this.temporal = await startTemporal({
      port: this.ports.temporal,
      uiPort: this.ports.temporalUi,
      logFile: join(this.logDir, 'temporal.log'),
      ignoreTemporalAddress: this.options.ignoreExternal ?? false,
      onUnexpectedExit: this.context.onUnexpectedExit,
      log: (line) => this.log(line),
      ...(onFile ? { file: join(this.folder, 'temporal.sqlite') } : {}),
    });
  }

  private async startSimulator(): Promise<void> {
    if (!this.services.has('simulator')) return;
    this.log('Platform simulator: starting');
    this.simulator = simulatorChild(this.ports.simulator, this.ports.smtp, this.context);
    await this.simulator.start();
  }

  private log(line: string): void {
    this.options.log?.(line);
  }
}

async function choosePorts(usual: boolean): Promise<StackPorts> {
  const choose = (name: UsualPort): Promise<number> => (usual ? usualOrFreePort(name) : freePort());
  return {
    api: await choose('api'),
    workerHealth: await choose('workerHealth'),
    postgres: await choose('postgres'),
    temporal: await choose('temporal'),
    temporalUi: await choose('temporalUi'),
    simulator: await choose('simulator'),
    smtp: await freePort(),
  };
}

function throwAwayFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'invigil-stack-'));
  guardFolder(folder);
  return folder;
}
