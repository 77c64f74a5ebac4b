import type { Static } from '@sinclair/typebox';
import type { UpdateDefinition } from '@temporalio/common';
import { ApiError } from '../../contracts/api-error';
import type { ChangeStatusInput } from '../../contracts/attempts/commands';
import type { AttemptRef, AttemptView } from '../../contracts/attempts/messages';
import type { ChangeStatusBody } from '../../contracts/http/attempts';
import { ATTEMPT_STATUSES } from '../../domain/attempts/statuses';
import type { ApiContext } from '../context';

/** Hands a command to an attempt's workflow, which may have to be woken. @returns the attempt after it. */
export function executeOn<I extends { commandId: string }>(
  { temporal, settings }: ApiContext,
  ref: AttemptRef,
  update: UpdateDefinition<AttemptView, [I]>,
  input: I,
): Promise<AttemptView> {
  return temporal.execute(ref, update, input, settings.timings);
}

/** The workflow decides whether a known status may follow; an unknown one gets its own error code. */
export function changeOf(body: Static<typeof ChangeStatusBody>, commandId: string): ChangeStatusInput {
  const known: readonly string[] = ATTEMPT_STATUSES;
  if (!known.includes(body.status)) throw new ApiError('unknown-status', 'GET /openapi.json lists the statuses.');
  const { timeoutAt, ...change } = body;
  return { ...change, commandId, ...(timeoutAt === undefined ? {} : { timeoutAt: new Date(timeoutAt).toISOString() }) };
}
