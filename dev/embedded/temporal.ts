import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StartFailure } from '../../config/start-failure';
import { answersOk, Child, type OnUnexpectedExit } from '../children';
import { guardFolder, unguardFolder } from '../guard';
import { freePort } from '../ports';
import { NAMESPACE, knowsSearchAttributes, registerSearchAttributes, searchAttributeArgs } from './search-attributes';
import { obtainTemporalCli } from './temporal-cli';

/** A command may follow the end of a sleeping entity at once: its workflow id is used again without waiting. */
const DYNAMIC_CONFIG = ['history.workflowIdReuseMinimalInterval="0s"'];

export interface DevTemporalOptions {
  /** SQLite file kept over runs; absent = in memory, lost with the process. */
  file?: string;
  port?: number;
  uiPort?: number;
  logFile?: string;
  /** Additional dynamic configuration, `key=jsonValue`. */
  dynamicConfig?: readonly string[];
  /** Start our own even when TEMPORAL_ADDRESS is set: for tests that stop and kill it. */
  ignoreTemporalAddress?: boolean;
  log?: (line: string) => void;
  onUnexpectedExit?: OnUnexpectedExit;
  /** Aborted: it is not started, or stopped while it starts. */
  signal?: AbortSignal | undefined;
}

/** A running Temporal server. One given by TEMPORAL_ADDRESS (`external`) is left alone: stop does nothing, kill throws. */
export interface Temporal {
  readonly external: boolean;
  readonly address: string;
  readonly uiUrl: string;
  readonly pid: number | undefined;
  /** Same ports and file as before. */
  start(): Promise<void>;
  stop(): Promise<void>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** Starts again without any data: namespace and search attributes are made anew. */
  restartEmpty(): Promise<void>;
  dispose(): Promise<void>;
}

/**
 * Obtains Temporal: TEMPORAL_ADDRESS if set, else a development server; returns once our search attributes are known to it.
 * @throws StartFailure when TEMPORAL_ADDRESS is set and leads nowhere
 */
export async function startTemporal(options: DevTemporalOptions = {}): Promise<Temporal> {
  const given = process.env['TEMPORAL_ADDRESS'];
  if (given && !options.ignoreTemporalAddress) {
    const uiUrl = process.env['TEMPORAL_UI_URL'] ?? 'http://127.0.0.1:8233';
    await registerSearchAttributes(given).catch((error: Error) => {
      throw new StartFailure(
        `TEMPORAL_ADDRESS (${given}) cannot be used: ${error.message}. Start that Temporal or mend the address; unset, a development server is used.`,
        { cause: error },
      );
    });
    return new ExternalTemporal(given, uiUrl);
  }
  const cli = await obtainTemporalCli(options.log, options.signal);
  const [port, uiPort] = [options.port ?? (await freePort()), options.uiPort ?? (await freePort())];
  const internalPorts = [await freePort(), await freePort()] as const;
  const server = new DevelopmentServer(cli, port, uiPort, internalPorts, options);
  await server.start().catch(async (error: unknown) => {
    await server.dispose();
    throw error;
  });
  return server;
}

class ExternalTemporal implements Temporal {
  readonly external = true;
  readonly pid = undefined;

  constructor(
    readonly address: string,
    readonly uiUrl: string,
  ) {}

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async dispose(): Promise<void> {}

  async kill(): Promise<void> {
    throw new Error('The Temporal of TEMPORAL_ADDRESS is not ours to kill. Unset TEMPORAL_ADDRESS.');
  }

  async restart(): Promise<void> {
    throw new Error('The Temporal of TEMPORAL_ADDRESS is not ours to restart. Unset TEMPORAL_ADDRESS.');
  }

  async restartEmpty(): Promise<void> {
    throw new Error('The data of TEMPORAL_ADDRESS are not ours to delete. Unset TEMPORAL_ADDRESS.');
  }
}

class DevelopmentServer implements Temporal {
  readonly external = false;
  private readonly child: Child;
  private readonly logFolder: string | undefined;

  constructor(
    cli: string,
    private readonly port: number,
    private readonly uiPort: number,
    internalPorts: readonly [number, number],
    private readonly options: DevTemporalOptions,
  ) {
    this.logFolder = options.logFile ? undefined : throwAwayLogFolder();
    this.child = new Child({
      name: 'Temporal',
      command: cli,
      args: [...portArgs(port, uiPort, internalPorts), ...serverArgs(options)],
      env: { ...process.env, TEMPORAL_ADDRESS: undefined },
      logFile: options.logFile ?? join(this.logFolder ?? '', 'temporal.log'),
      ready: async () => (await answersOk(isUpUrl(internalPorts))) && knowsSearchAttributes(this.address),
      stopSignal: options.file ? 'SIGTERM' : 'SIGKILL',
      signal: options.signal,
      ...(options.onUnexpectedExit ? { onUnexpectedExit: options.onUnexpectedExit } : {}),
    });
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get uiUrl(): string {
    return `http://127.0.0.1:${this.uiPort}`;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  async start(): Promise<void> {
    await this.child.start();
  }

  async stop(): Promise<void> {
    await this.child.stop();
  }

  async kill(): Promise<void> {
    await this.child.kill();
  }

  async restart(): Promise<void> {
    await this.child.restart();
  }

  async restartEmpty(): Promise<void> {
    const { file } = this.options;
    await this.stop();
    for (const ending of ['', '-wal', '-shm']) if (file) rmSync(`${file}${ending}`, { force: true });
    await this.start();
  }

  async dispose(): Promise<void> {
    await this.stop();
    if (!this.logFolder) return;
    rmSync(this.logFolder, { recursive: true, force: true });
    unguardFolder(this.logFolder);
  }
}

/** Of this very server, whose port nobody else knows: another one may answer at the address. */
function isUpUrl([http]: readonly [number, number]): string {
  return `http://127.0.0.1:${http}/api/v1/system-info`;
}

function throwAwayLogFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'invigil-temporal-'));
  guardFolder(folder);
  return folder;
}

function portArgs(port: number, uiPort: number, [http, metrics]: readonly [number, number]): string[] {
  const ports = { '--port': port, '--ui-port': uiPort, '--http-port': http, '--metrics-port': metrics };
  return Object.entries(ports).flatMap(([flag, value]) => [flag, String(value)]);
}

function serverArgs(options: DevTemporalOptions): string[] {
  const config = [...DYNAMIC_CONFIG, ...(options.dynamicConfig ?? [])];
  const file = options.file ? ['--db-filename', options.file] : [];
  return [
    ...[
      'server',
      'start-dev',
      '--ip',
      '127.0.0.1',
      '--namespace',
      NAMESPACE,
      '--log-level',
      'warn',
      ...searchAttributeArgs(),
      ...file,
    ],
    ...config.flatMap((value) => ['--dynamic-config-value', value]),
  ];
}
