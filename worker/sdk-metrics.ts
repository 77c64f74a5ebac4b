import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Runtime, type RuntimeOptions, type TelemetryOptions } from '@temporalio/worker';

/** Text of the SDK's own series; empty while they cannot be read. */
export type SdkMetrics = () => Promise<string>;

const TRIES = 5;
const ANSWER_WITHIN_MS = 2_000;

/**
 * Installs the SDK's runtime with its telemetry on. The SDK gathers in native code and tells only over a port of its own, so
 * it gets one on loopback that is asked by our `/metrics`; names and units follow Prometheus' conventions.
 */
export async function installRuntime(options: RuntimeOptions): Promise<SdkMetrics> {
  for (let tries = 1; ; tries += 1) {
    const bindAddress = `127.0.0.1:${await freePort()}`;
    try {
      Runtime.install({ ...options, telemetryOptions: telemetry(bindAddress) });
      return () => read(`http://${bindAddress}/metrics`);
    } catch (error) {
      // Another process may take the port in between.
      if (tries === TRIES || !/address already in use/i.test(String(error))) throw error;
    }
  }
}

function telemetry(bindAddress: string): TelemetryOptions {
  const prometheus = { bindAddress, countersTotalSuffix: true, unitSuffix: true, useSecondsForDurations: true };
  return { metrics: { attachServiceName: false, prometheus } };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function read(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return response.ok ? await response.text() : '';
  } catch {
    return '';
  }
}
