import type { Static } from '@sinclair/typebox';
import type { UpdateDefinition } from '@temporalio/common';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../contracts/api-error';
import type { ChangeStatusInput, Precondition } from '../../contracts/attempts/commands';
import type { AttemptRef, AttemptView } from '../../contracts/attempts/messages';
import type { ChangeStatusBody } from '../../contracts/http/attempts';
import { type LastChange, lastChange } from '../../db/attempts/changes';
import { ATTEMPT_STATUSES } from '../../domain/attempts/statuses';
import type { Principal } from '../auth/principal';
import { visibleActor } from '../auth/visible-actor';
import type { ApiContext } from '../context';
import { ifVersions } from '../http/preconditions';

/** Hands a command to an attempt's workflow, which may have to be woken. @returns the attempt after it. */
export function executeOn<I extends { commandId: string }>(
  { temporal, settings }: ApiContext,
  ref: AttemptRef,
  update: UpdateDefinition<AttemptView, [I]>,
  input: I,
): Promise<AttemptView> {
  return temporal.execute(ref, update, input, settings.timings);
}

/**
 * The command of a request: under its id, on condition of what its caller has seen. A caller whose attempt was changed
 * meanwhile is told by whom, unless the caller is a learner and it was somebody of the staff.
 */
export async function executeFor<I extends { commandId: string } & Precondition>(
  context: ApiContext,
  request: FastifyRequest,
  ref: AttemptRef,
  update: UpdateDefinition<AttemptView, [I]>,
  content: Omit<I, 'commandId' | 'ifVersions'>,
): Promise<AttemptView> {
  const versions = ifVersions(request);
  const condition = versions === undefined ? {} : { ifVersions: versions };
  const input = { ...content, commandId: request.commandId, ...condition } as unknown as I;
  try {
    return await executeOn(context, ref, update, input);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'changed-meanwhile') throw error;
    const last = await lastChange(context.knex, ref);
    if (!last) throw error;
    throw new ApiError('changed-meanwhile', `${error.message} ${whoChanged(last, request.principal)}`);
  }
}

function whoChanged({ by, because, version }: LastChange, principal: Principal): string {
  const who = visibleActor(by, principal) ?? 'somebody else';
  return `Version ${version} came by ${who}: ${because}.`;
}

/** The workflow decides whether a known status may follow; an unknown one gets its own error code. */
export function changeOf(body: Static<typeof ChangeStatusBody>): Omit<ChangeStatusInput, 'commandId'> {
  const known: readonly string[] = ATTEMPT_STATUSES;
  if (!known.includes(body.status)) throw new ApiError('unknown-status', 'GET /openapi.json lists the statuses.');
  const { timeoutAt, reason: _kept, ...change } = body;
  return { ...change, ...(timeoutAt === undefined ? {} : { timeoutAt: new Date(timeoutAt).toISOString() }) };
}
