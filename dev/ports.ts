import { createServer } from 'node:net';

/** Below the kernel's range for outgoing connections, so that nobody takes the port between a kill and a restart. */
const LOWEST = 20_000;
const HIGHEST = 32_000;

const given = new Set<number>();

/** True when a server could listen on the loopback port now. */
async function isFree(port: number): Promise<boolean> {
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
    if (await takePort(port)) return port;
  }
  throw new Error(`No free port found between ${LOWEST} and ${HIGHEST}.`);
}

/** Hands this port out when it is free and was not handed out before. @returns whether it did */
export async function takePort(port: number): Promise<boolean> {
  if (given.has(port)) return false;
  given.add(port);
  if (await isFree(port)) return true;
  given.delete(port);
  return false;
}
