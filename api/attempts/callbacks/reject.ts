import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../../contracts/api-error';
import type { ErrorCode } from '../../../contracts/errors';
import { appendAudit } from '../../../db/requests/audit';
import type { ApiContext } from '../../context';

export type Incident = 'callback.forged' | 'callback.replayed' | 'callback.foreign-provider';

/** The subject of a callback; the text is the caller's, so it is truncated. */
export interface AuditSubject {
  provider: string;
  object: string;
}

/** Leaves a row in the audit log: who, what, about which attempt. Ids only, and never the body. */
export async function auditCallback(
  { knex, now }: ApiContext,
  request: FastifyRequest,
  incident: Incident,
  { provider, object }: AuditSubject,
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

/** Rejects a callback. A possible attack is audited first. @throws ApiError always. */
export async function rejectCallback(
  context: ApiContext,
  request: FastifyRequest,
  auditSubject: AuditSubject,
  fault: { code: ErrorCode; detail: string; incident?: Incident },
): Promise<never> {
  const incident = fault.incident ?? INCIDENT_OF[fault.code];
  if (incident) await auditCallback(context, request, incident, auditSubject, fault.code);
  throw new ApiError(fault.code, fault.detail);
}
