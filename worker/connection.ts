import { NativeConnection } from '@temporalio/worker';
import { StartFailure } from '../config/start-failure';

/**
 * A worker's connection to Temporal, which runs nearby: compressing every message, as the SDK would, costs both of them
 * more than the bytes are worth.
 * @throws StartFailure when nothing answers there
 */
export async function connectWorker(address: string): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect({ address, grpcCompression: { codec: 'none' } });
  } catch (error) {
    const [, reason = 'no answer'] = /message: "([^"]+)"/.exec((error as Error).message) ?? [];
    throw new StartFailure(`Temporal is not reachable at ${address} (${reason}): set TEMPORAL_ADDRESS.`, {
      cause: error,
    });
  }
}
