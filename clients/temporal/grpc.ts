import { isGrpcServiceError } from '@temporalio/client';

/** gRPC status numbers (google.rpc.Code); the gRPC library itself is not among our dependencies. */
export const GRPC = {
  notFound: 5,
  alreadyExists: 6,
  permissionDenied: 7,
  resourceExhausted: 8,
  failedPrecondition: 9,
  aborted: 10,
  unimplemented: 12,
  unavailable: 14,
} as const;

/** Undefined for errors that Temporal's frontend did not answer with. */
export function grpcCodeOf(error: unknown): number | undefined {
  return isGrpcServiceError(error) ? error.code : undefined;
}

/** Null where the server lets nobody ask: Temporal Cloud, for one, its operator service. */
export async function unlessHidden<T>(answer: Promise<T>): Promise<T | null> {
  return answer.catch((error: unknown) => {
    const code = grpcCodeOf(error);
    if (code === GRPC.permissionDenied || code === GRPC.unimplemented) return null;
    throw error;
  });
}
