import type { FastifyRequest } from 'fastify';
import type { ChangedBy } from '../../db/requests/audit';
import type { ApiContext } from '../context';
import { reasonOf } from '../http/reason';

/** Who asks for a change, for the audit log: by the token's ids, never a name. */
export function changedBy({ now }: ApiContext, request: FastifyRequest): ChangedBy {
  return { actor: request.principal.id, requestId: request.id, at: now(), reason: reasonOf(request) };
}
