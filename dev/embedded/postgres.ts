import { existsSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client } from 'pg';
import { StartFailure } from '../../config/start-failure';
import { Child, type OnUnexpectedExit } from '../children';
import { unguardFolder } from '../guard';
import { freePort } from '../ports';
import { waitUntil } from '../wait-until';
import { postgresBinaries, postgresUser, type SystemUser } from './postgres-binaries';
import {
  DEVELOPMENT_LOGIN,
  initialise,
  persistentFolder,
  serverEnvironment,
  throwAwayFolder,
} from './postgres-folders';

export interface PostgresOptions {
  /** Kept over runs; absent = a throw-away folder that is removed at the end. */
  dataDir?: string;
  port?: number;
  logFile?: string;
  /** Start our own even when DATABASE_URL is set: for tests that stop and kill it. */
  ignoreDatabaseUrl?: boolean;
  onUnexpectedExit?: OnUnexpectedExit;
  /** Aborted: it is not started, or stopped while it starts. */
  signal?: AbortSignal | undefined;
}

export type StopMode = 'fast' | 'immediate' | 'smart';

/** A running Postgres. One given by DATABASE_URL (`external`) is left alone: stop does nothing, kill and start throw. */
export interface Postgres {
  readonly external: boolean;
  /** The application's database `invigil`. */
  readonly url: string;
  /** A database from which others can be created. */
  readonly adminUrl: string;
  readonly pid: number | undefined;
  start(): Promise<void>;
  stop(mode?: StopMode): Promise<void>;
  /** SIGKILL to the server and all its backends, as a power cut would: committed work must survive. */
  kill(): Promise<void>;
  restart(mode?: StopMode): Promise<void>;
  /** Stops for good and removes a throw-away data folder. */
  dispose(): Promise<void>;
}

/**
 * Obtains Postgres: DATABASE_URL if set, else the embedded one, initialised when its data folder is empty.
 * @throws StartFailure when DATABASE_URL is set and leads nowhere
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const given = process.env['DATABASE_URL'];
  if (given && !options.ignoreDatabaseUrl) {
    await requireDatabase(given);
    return new ExternalPostgres(given);
  }
  const user = postgresUser();
  const folder = options.dataDir ? persistentFolder(resolve(options.dataDir), user) : throwAwayFolder(user);
  const postgres = new EmbeddedPostgres(folder, options.port ?? (await freePort()), user, options);
  try {
    if (!existsSync(join(folder, 'PG_VERSION'))) await initialise(folder, user);
    await postgres.start();
    await createDatabase(postgres.adminUrl, 'invigil');
  } catch (error) {
    await postgres.dispose();
    throw error;
  }
  return postgres;
}

class ExternalPostgres implements Postgres {
  readonly external = true;
  readonly pid = undefined;

  constructor(readonly url: string) {}

  get adminUrl(): string {
    return this.url;
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async dispose(): Promise<void> {}

  async kill(): Promise<void> {
    throw new Error('The Postgres of DATABASE_URL is not ours to kill. Unset DATABASE_URL.');
  }

  async restart(): Promise<void> {
    throw new Error('The Postgres of DATABASE_URL is not ours to restart. Unset DATABASE_URL.');
  }
}

class EmbeddedPostgres implements Postgres {
  readonly external = false;
  private readonly child: Child;
  private readonly throwAway: boolean;

  constructor(
    private readonly folder: string,
    private readonly port: number,
    user: SystemUser | undefined,
    options: PostgresOptions,
  ) {
    this.throwAway = options.dataDir === undefined;
    this.child = new Child({
      name: 'Postgres',
      command: postgresBinaries(user).postgres,
      args: ['-D', folder, '-p', String(port), ...settings(this.throwAway)],
      env: serverEnvironment(),
      logFile: options.logFile ?? `${folder}.log`,
      ready: () => serves(this.adminUrl, folder),
      stopSignal: 'SIGINT',
      ...(user ? { user } : {}),
      signal: options.signal,
      ...(options.onUnexpectedExit ? { onUnexpectedExit: options.onUnexpectedExit } : {}),
    });
  }

  get url(): string {
    return this.urlOf('invigil');
  }

  get adminUrl(): string {
    return this.urlOf('postgres');
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  async start(): Promise<void> {
    await this.child.start();
  }

  async stop(mode: StopMode = 'fast'): Promise<void> {
    const signals = { fast: 'SIGINT', immediate: 'SIGQUIT', smart: 'SIGTERM' } as const;
    await this.child.stop(signals[mode]);
  }

  async kill(): Promise<void> {
    // Stopped first: a backend it starts between the list and the kill would hold the shared memory against a restart.
    if (this.pid !== undefined) signalQuietly(this.pid, 'SIGSTOP');
    const backends = this.pid === undefined ? [] : childrenOf(this.pid);
    await this.child.kill();
    for (const pid of backends) signalQuietly(pid, 'SIGKILL');
    await waitUntil(() => backends.every(isGone), { what: 'the backends of Postgres to end', timeoutMs: 10_000 });
  }

  async restart(mode: StopMode = 'fast'): Promise<void> {
    await this.stop(mode);
    await this.start();
  }

  async dispose(): Promise<void> {
    await this.stop(this.throwAway ? 'immediate' : 'fast');
    if (!this.throwAway) return;
    for (const path of [this.folder, `${this.folder}.log`, `${this.folder}.unfinished`]) {
      rmSync(path, { recursive: true, force: true });
      unguardFolder(path);
    }
  }

  private urlOf(database: string): string {
    const { user, password } = DEVELOPMENT_LOGIN;
    return `postgres://${user}:${password}@127.0.0.1:${this.port}/${database}`;
  }
}

/** A throw-away database need not survive the machine, but must survive SIGKILL: every commit is written, none is synced. */
function settings(throwAway: boolean): string[] {
  const common = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
  const fast = throwAway ? ['fsync=off', 'full_page_writes=off'] : [];
  return [...common, ...fast].flatMap((setting) => ['-c', setting]);
}

async function requireDatabase(url: string): Promise<void> {
  try {
    await query(url, 'SELECT 1');
  } catch (error) {
    const where = URL.canParse(url) ? ` (${new URL(url).host})` : '';
    const { code, message } = error as NodeJS.ErrnoException;
    throw new StartFailure(
      `DATABASE_URL${where} cannot be used: ${message || code}. Start that Postgres or mend the address; unset, an embedded one is used.`,
      { cause: error },
    );
  }
}

/** Whether what answers is the server of this data folder: another one may have the port. */
async function serves(url: string, folder: string): Promise<boolean> {
  const [row] = await query(url, 'SHOW data_directory');
  return row?.['data_directory'] === realpathSync(folder);
}

async function createDatabase(adminUrl: string, name: string): Promise<void> {
  const rows = await query(adminUrl, `SELECT 1 FROM pg_database WHERE datname = '${name}'`);
  if (rows.length === 0) await query(adminUrl, `CREATE DATABASE ${name}`);
}

async function query(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function childrenOf(pid: number): number[] {
  const list = `/proc/${pid}/task/${pid}/children`;
  return existsSync(list) ? readFileSync(list, 'utf8').split(' ').filter(Boolean).map(Number) : [];
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    return;
  }
}

/** A zombie process (ended, not yet waited for) holds no memory any more. */
function isGone(pid: number): boolean {
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || / [ZX] /.test(readFileSync(stat, 'utf8').replace(/^.*\)/, ''));
}
