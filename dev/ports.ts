import { createServer } from 'node:net';

/** Where a developer looks first (DESIGN.md 7); each is replaced by a free one when taken. */
export const USUAL_PORTS = {
  api: 8080,
  workerHealth: 8081,
  temporal: 7233,
  temporalUi: 8233,
  postgres: 5433,
  simulator: 8090,
} as const;

export type UsualPort = keyof typeof USUAL_PORTS;

/** Below the kernel's range for outgoing connections, so that nobody takes the port between a kill and a restart. */
const LOWEST = 20_000;
const HIGHEST = 32_000;

const given = new Set<number>();

/** True when a server could listen on the loopback port now. */
export async function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** A loopback port that is free now and that this process has not handed out before. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) return port;
  }
  throw new Error(`No free port found between ${LOWEST} and ${HIGHEST}.`);
}

/** The usual port when it is free, any free one otherwise. */
export async function usualOrFreePort(name: UsualPort): Promise<number> {
  const usual = USUAL_PORTS[name];
  if (given.has(usual) || !(await isFree(usual))) return freePort();
  given.add(usual);
  return usual;
}
