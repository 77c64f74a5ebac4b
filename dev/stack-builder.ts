import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readSealingKeys } from '../config/sealing-keys';
import { readApiSettings } from '../config/settings';
import { makeVendorTokenKey } from '../db/auth/make-vendor-token-key';
import { migrateToLatest } from '../db/core/migrate';
import type { Child } from './children';
import { credentialKeys } from './credential-keys';
import { devKey } from './dev-key';
import { type Postgres, startPostgres } from './embedded/postgres';
import { startTemporal, type Temporal } from './embedded/temporal';
import { unguardFolder } from './guard';
import { freePort } from './ports';
import { apiChild, type ChildContext, simulatorChild, workerChild } from './stack-children';
import { stackEnvironment } from './stack-environment';
import type { Stack, StackOptions, StackService } from './stack-options';
import type { StackPorts } from './stack-ports';

/** Stands for the database that is not there yet while the settings are checked. */
const DATABASE_TO_COME = 'postgres://127.0.0.1/invigil';

/** A stack while it comes up and afterwards: the foundations first, then what runs on them. */
export class StackBuilder implements Stack {
  env: Record<string, string> = {};
  postgres: Postgres | undefined;
  temporal: Temporal | undefined;
  simulator: Child | undefined;
  api: Child | undefined;
  readonly workers: Child[] = [];
  private readonly context: ChildContext;
  private workersMade = 0;

  constructor(
    private readonly folder: string,
    private readonly ports: StackPorts,
    private readonly services: ReadonlySet<StackService>,
    private readonly options: StackOptions,
  ) {
    const { onUnexpectedExit = (message) => this.log(message), signal } = options;
    this.context = { logDir: join(folder, 'logs'), onUnexpectedExit, signal };
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
    readApiSettings({ DATABASE_URL: DATABASE_TO_COME, ...this.environment() });
    await devKey(this.devKeyFile);
    const starts = [this.startPostgres(), this.startTemporal(), this.startSimulator()];
    const failed = (await Promise.allSettled(starts)).find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    this.env = this.environment();
  }

  async startApplications(): Promise<void> {
    const starts: Promise<unknown>[] = [];
    if (this.services.has('api')) {
      this.announce('API');
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
    this.announce(`Worker ${number}`);
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

  private environment(): Record<string, string> {
    return stackEnvironment({
      ports: this.ports,
      devKeyFile: this.devKeyFile,
      credentialKeys: credentialKeys(join(this.folder, 'credential-keys')),
      options: this.options,
      databaseUrl: this.postgres?.url,
      temporal: this.temporal,
      simulatorUrl: this.services.has('simulator') ? this.urls.simulator : undefined,
    });
  }

  private async startPostgres(): Promise<void> {
    if (!this.services.has('postgres')) return;
    this.announce('Postgres');
    this.postgres = await startPostgres({
      ...this.context,
      port: this.ports.postgres,
      logFile: join(this.logDir, 'postgres.log'),
      ignoreDatabaseUrl: this.options.ignoreExternal ?? false,
      ...(this.options.dataDir ? { dataDir: join(this.folder, 'postgres') } : {}),
    });
    await migrateToLatest(this.postgres.url);
    const keys = readSealingKeys(this.environment()['CREDENTIAL_KEYS']);
    if (keys) await makeVendorTokenKey(this.postgres.url, keys);
  }

  private async startTemporal(): Promise<void> {
    if (!this.services.has('temporal')) return;
    this.announce('Temporal');
    const onFile = this.options.temporalFile ?? this.options.dataDir !== undefined;
    this.temporal = await startTemporal({
      ...this.context,
      port: this.ports.temporal,
      uiPort: this.ports.temporalUi,
      logFile: join(this.logDir, 'temporal.log'),
      ignoreTemporalAddress: this.options.ignoreExternal ?? false,
      log: (line) => this.log(line),
      ...(onFile ? { file: join(this.folder, 'temporal.sqlite') } : {}),
    });
  }

  private async startSimulator(): Promise<void> {
    if (!this.services.has('simulator')) return;
    this.announce('Platform simulator');
    this.simulator = simulatorChild(this.ports.simulator, this.ports.smtp, this.context);
    await this.simulator.start();
  }

  /** @throws when nothing may be started any more */
  private announce(part: string): void {
    this.options.signal?.throwIfAborted();
    this.log(`${part}: starting`);
  }

  private log(line: string): void {
    this.options.log?.(line);
  }
}
