import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { answersOk, Child, type OnUnexpectedExit } from './children';

export interface ChildContext {
  logDir: string;
  onUnexpectedExit: OnUnexpectedExit;
  signal?: AbortSignal | undefined;
}

/** The repository's root: children run from there, whatever the caller's folder is. */
export const ROOT = resolve(__dirname, '..');

/** The platform's services, the vendors and the mail catcher, as one process. */
export function simulatorChild(port: number, smtpPort: number, context: ChildContext): Child {
  const log = join(context.logDir, 'simulator-requests.log');
  const args = ['dev/simulator/main.ts', '--port', String(port), '--smtp-port', String(smtpPort), '--log', log];
  return namedChild('simulator', args, process.env, `http://127.0.0.1:${port}/healthz`, context);
}

/**
 * What servers give Node. Requests that are under way outgrow its 16 MB for young objects on a busy machine, and everything
 * that is moved to the old ones has to be collected at greater cost (docs/benchmarks.md). The image sets the same.
 */
const NODE_FLAGS: readonly string[] = ['--max-semi-space-size=32'];

export function apiChild(env: Record<string, string>, context: ChildContext): Child {
  return namedChild('api', ['api/server.ts'], env, `http://127.0.0.1:${env['PORT']}/readyz`, context);
}

/** Worker number 1, 2, ... with a health port of its own. */
export function workerChild(number: number, port: number, env: Record<string, string>, context: ChildContext): Child {
  const own = { ...env, WORKER_HEALTH_PORT: String(port) };
  return namedChild(`worker-${number}`, ['worker/main.ts'], own, `http://127.0.0.1:${port}/readyz`, context);
}

/** One that says who it is: another stack's server at its address never counts as this one. */
function namedChild(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  readyUrl: string,
  context: ChildContext,
): Child {
  const instance = `${name}-${randomUUID()}`;
  const ready = (): Promise<boolean> => answersOk(readyUrl, instance);
  return serverChild(name, args, { ...env, INVIGIL_INSTANCE: instance }, ready, context);
}

/** A server of this repository as a process of its own, run from its TypeScript; it logs to `{name}.log`. */
export function typescriptChild(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  readyUrl: string,
  context: Pick<ChildContext, 'logDir'>,
): Child {
  return serverChild(name, args, env, () => answersOk(readyUrl), context);
}

function serverChild(
  name: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  ready: () => Promise<boolean>,
  { logDir, ...context }: Pick<ChildContext, 'logDir'> & Partial<ChildContext>,
): Child {
  return new Child({
    name,
    command: process.execPath,
    args: [...NODE_FLAGS, '--import', 'tsx', ...args],
    cwd: ROOT,
    env,
    logFile: join(logDir, `${name}.log`),
    ready,
    readyTimeoutMs: 120_000,
    graceMs: 15_000,
    ...context,
  });
}
