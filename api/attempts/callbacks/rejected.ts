import type { FastifyRequest } from 'fastify';
import type { ErrorCode } from '../../../contracts/errors';
import { Refusal } from '../../../contracts/refusal';
import { appendAudit } from '../../../db/requests/audit';
import type { ApiContext } from '../../context';

export type Incident = 'callback.forged' | 'callback.replayed' | 'callback.foreign-provider';

/** What a callback said it was about; the text is the caller's, so it is cut. */
export interface About {
  provider: string;
  object: string;
}

/** Leaves a row in the audit log: who, what, about which attempt. Ids only, and never the body. */
export async function audit(
  { knex, now }: ApiContext,
  request: FastifyRequest,
  incident: Incident,
  { provider, object }: About,
  code?: ErrorCode,
): Promise<void> {
  await appendAudit(knex, {
    at: now(),
    actor: request.principal.id,
    scope: 'callbacks',
    action: incident,
    object: object.slice(0, 255),
    requestId: request.id,
    detail: { provider, ...(code ? { code } : {}) },
  });
}

const INCIDENT_OF: Partial<Record<ErrorCode, Incident>> = {
  'attempt-not-found': 'callback.forged',
  'suspicious-lookup': 'callback.forged',
  'callback-refused': 'callback.forged',
  'review-already-exists': 'callback.replayed',
};

/** Refuses a callback. What may be an attack is written down first. @throws Refusal always. */
export async function turnAway(
  context: ApiContext,
  request: FastifyRequest,
  about: About,
  fault: { code: ErrorCode; detail: string; incident?: Incident },
): Promise<never> {
  const incident = fault.incident ?? INCIDENT_OF[fault.code];
  if (incident) await audit(context, request, incident, about, fault.code);
  throw new Refusal(fault.code, fault.detail);
}
