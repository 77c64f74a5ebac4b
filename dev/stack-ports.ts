import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort, takePort } from './ports';

/** Where a developer looks first; each is replaced by a free one when taken. */
export const USUAL_PORTS = {
  api: 8080,
  workerHealth: 8081,
  temporal: 7233,
  temporalUi: 8233,
  postgres: 5433,
  simulator: 8090,
} as const;

export type UsualPort = keyof typeof USUAL_PORTS;

export type StackPorts = Record<UsualPort | 'smtp', number>;

const NAMES = Object.keys(USUAL_PORTS) as UsualPort[];

/** Free ports for a stack that is thrown away. */
export async function throwAwayPorts(): Promise<StackPorts> {
  const ports = {} as StackPorts;
  for (const name of [...NAMES, 'smtp'] as const) ports[name] = await freePort();
  return ports;
}

/**
 * Ports for a stack that is started again and again: those of the last time as long as they are free, so that links into
 * it stay valid, else the usual ones. Only those in use are looked after; what could not be had is said.
 */
export async function persistentPorts(
  folder: string,
  inUse: (name: UsualPort) => boolean,
  log: (line: string) => void,
): Promise<StackPorts> {
  const file = join(folder, 'ports.json');
  const ports: StackPorts = { ...USUAL_PORTS, ...lastPorts(file), smtp: await freePort() };
  for (const name of NAMES.filter(inUse)) {
    const wanted = ports[name];
    ports[name] = (await firstFree([wanted, USUAL_PORTS[name]])) ?? (await freePort());
    if (ports[name] !== wanted) log(`Port ${wanted} is taken, using ${ports[name]}.`);
  }
  writeFileSync(file, `${JSON.stringify(ports, null, 2)}\n`);
  return ports;
}

async function firstFree(ports: readonly number[]): Promise<number | undefined> {
  for (const port of ports) if (await takePort(port)) return port;
  return undefined;
}

function lastPorts(file: string): Partial<Record<UsualPort, number>> {
  try {
    const read = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<UsualPort, unknown>>;
    return Object.fromEntries(Object.entries(read).filter(([, port]) => Number.isInteger(port)));
  } catch {
    return {};
  }
}
