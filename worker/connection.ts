import { NativeConnection } from '@temporalio/worker';

/**
 * A worker's connection to Temporal, which runs nearby: compressing every message, as the SDK would, costs both of them
 * more than the bytes are worth.
 */
export function connectWorker(address: string): Promise<NativeConnection> {
  return NativeConnection.connect({ address, grpcCompression: { codec: 'none' } });
}
