import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { guardFolder } from './guard';
import { StackBuilder } from './stack-builder';
import type { Stack, StackOptions, StackService } from './stack-options';
import { persistentPorts, throwAwayPorts, type UsualPort } from './stack-ports';

export type { Stack, StackOptions };

const EVERYTHING: readonly StackService[] = ['postgres', 'temporal', 'simulator', 'api', 'worker'];

/**
 * Starts a stack and resolves when all of it is ready. @throws SettingsError before anything starts, when API and workers
 * could not run with their environment; @throws when a part does not start or `signal` is aborted: the others are stopped then.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const { dataDir, services = EVERYTHING, log = () => undefined } = options;
  const folder = dataDir === undefined ? throwAwayFolder() : resolve(dataDir);
  mkdirSync(folder, { recursive: true });
  const inUse = (name: UsualPort): boolean => isStarted(name, services, options.ignoreExternal ?? false);
  const ports = dataDir === undefined ? await throwAwayPorts() : await persistentPorts(folder, inUse, log);
  const builder = new StackBuilder(folder, ports, new Set(services), options);
  try {
    await builder.startFoundations();
    await builder.startApplications();
  } catch (error) {
    await builder.stop();
    throw error;
  }
  return builder;
}

function throwAwayFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'invigil-stack-'));
  guardFolder(folder);
  return folder;
}

/** A server that the environment names listens where it likes. */
function isStarted(name: UsualPort, services: readonly StackService[], ignoreExternal: boolean): boolean {
  const isOurs = (variable: string): boolean => ignoreExternal || !process.env[variable];
  switch (name) {
    case 'postgres':
      return services.includes('postgres') && isOurs('DATABASE_URL');
    case 'temporal':
    case 'temporalUi':
      return services.includes('temporal') && isOurs('TEMPORAL_ADDRESS');
    case 'workerHealth':
      return services.includes('worker');
    default:
      return services.includes(name);
  }
}
