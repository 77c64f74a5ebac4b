import { isGrpcDeadlineError, isGrpcServiceError, WorkflowUpdateFailedError } from '@temporalio/client';
import { WorkflowUpdateRPCTimeoutOrCancelledError } from '@temporalio/client';
import { ApplicationFailure, WorkflowNotFoundError } from '@temporalio/common';
import { ApiError, type ApiErrorExtras } from '../../contracts/api-error';
import { isErrorCode } from '../../contracts/errors';
import { GRPC } from './grpc';

/** What a failed call to Temporal means for the command it carried. */
export type Failure =
  /** The workflow refused the command: final. */
  | { kind: 'refused'; apiError: ApiError }
  /** The run closed while the command waited; the next run takes it. */
  | { kind: 'closed' }
  /** Temporal rejected it: for load, or because the workflow's tasks fail at present. */
  | { kind: 'busy' }
  /** Nothing left this process. */
  | { kind: 'not-sent' }
  /** It may or may not have arrived. */
  | { kind: 'unknown' }
  | { kind: 'defect' };

/** The type the server gives to an update whose run completed after it was accepted. */
const COMPLETED_UNDER_UPDATE = 'AcceptedUpdateCompletedWorkflow';

const NOT_CONNECTED = /no connection established|ECONNREFUSED|ENOTFOUND|name resolution failed|connect timeout/i;

/** Sorts whatever the SDK throws; the caller decides about trying again. */
export function failureOf(error: unknown): Failure {
  if (error instanceof WorkflowUpdateFailedError) return updateFailure(error.cause);
  if (error instanceof WorkflowNotFoundError) return { kind: 'closed' };
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError || isGrpcDeadlineError(error))
    return { kind: 'unknown' };
  const grpc = grpcErrorOf(error);
  return grpc ? grpcFailure(grpc.code, grpc.details) : { kind: 'defect' };
}

function updateFailure(cause: Error | undefined): Failure {
  if (!(cause instanceof ApplicationFailure)) return { kind: 'defect' };
  const code = cause.type ?? '';
  if (code === COMPLETED_UNDER_UPDATE) return { kind: 'closed' };
  if (!isErrorCode(code)) return { kind: 'defect' };
  return { kind: 'refused', apiError: new ApiError(code, cause.message, extrasOf(cause.details?.[0])) };
}

/** What a refusal names beside its text: the attempt or the export in the way. */
function extrasOf(detail: unknown): ApiErrorExtras {
  if (typeof detail !== 'object' || detail === null) return {};
  const named = Object.entries(detail).filter(
    ([name]) => name === 'attemptCode' || name === 'exportId' || name === 'reason',
  );
  return Object.fromEntries(named.map(([name, value]) => [name, String(value)]));
}

function grpcFailure(code: number, details: string): Failure {
  switch (code) {
    case GRPC.notFound:
    case GRPC.aborted:
    case GRPC.alreadyExists:
      return { kind: 'closed' };
    case GRPC.resourceExhausted:
    case GRPC.failedPrecondition:
      return { kind: 'busy' };
    case GRPC.unavailable:
      return NOT_CONNECTED.test(details) ? { kind: 'not-sent' } : { kind: 'unknown' };
    default:
      return { kind: 'defect' };
  }
}

function grpcErrorOf(error: unknown): { code: number; details: string } | undefined {
  if (isGrpcServiceError(error)) return { code: error.code, details: error.details };
  if (error instanceof Error && isGrpcServiceError(error.cause)) return grpcErrorOf(error.cause);
  return undefined;
}
