import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../contracts/api-error';
import type { Scope } from '../../contracts/scopes';
import { findNodePath, findPeriodPath } from '../../db/qualification/access';
import { findPeriod, type StoredPeriod } from '../../db/qualification/periods';
import {
  type AccessAnswer,
  decideAccess,
  type PeriodPath,
  type QualificationAct,
  type QualificationPrincipal,
} from '../../domain/qualification/access';
import type { Principal } from '../auth/principal';
import type { ApiContext } from '../context';

/** Any of these opens a route of qualification; who may do what is then decided by period. */
export const QUALIFICATION_SCOPES: Scope[] = ['qualification:read', 'qualification:write', 'qualification:admin'];

export const ADMIN_SCOPES: Scope[] = ['qualification:admin'];

export type AskedBy = Pick<FastifyRequest, 'principal'>;

/** The token as the rules of access read it. */
export function qualificationPrincipal(principal: Principal): QualificationPrincipal {
  const { scopes, issuer, person, subject, nodes, periods } = principal;
  return {
    scopes,
    person: person === null ? null : { issuer, subject: person },
    learnerId: scopes.has('attempts:take') ? subject : null,
    limits: { ...(nodes === undefined ? {} : { nodes }), ...(periods === undefined ? {} : { periods }) },
  };
}

/** What the database says of a period and the person who asks, read anew each time. */
export async function readAccess(
  { knex }: ApiContext,
  principal: Principal,
  periodId: string,
): Promise<{ path: PeriodPath | null; decide: (act: QualificationAct) => AccessAnswer }> {
  const asked = qualificationPrincipal(principal);
  const path = await findPeriodPath(knex, periodId, asked.person);
  return { path, decide: (act) => decideAccess(asked, path, act) };
}

/** The period, if the caller may do this with it. @throws ApiError 404 or 403. */
export async function requirePeriod(
  context: ApiContext,
  { principal }: AskedBy,
  periodId: string,
  act: QualificationAct['type'] & ('see' | 'draft' | 'save' | 'retract' | 'mark-exported'),
): Promise<StoredPeriod> {
  const { decide } = await readAccess(context, principal, periodId);
  requireAllowed(decide({ type: act }));
  const period = await findPeriod(context.knex, periodId);
  if (period === undefined) throw new ApiError('period-not-found');
  return period;
}

function requireAllowed(answer: AccessAnswer): void {
  if (!answer.allowed) throw new ApiError(answer.code);
}

/** The node's path, if it is there and within the token's limits. @throws ApiError 404 or 403. */
export async function requireNode(
  { knex }: ApiContext,
  { principal }: AskedBy,
  nodeId: string,
): Promise<PeriodPath['nodes']> {
  const asked = qualificationPrincipal(principal);
  const path = await findNodePath(knex, nodeId, asked.person);
  const answer = decideAccess(asked, path, { type: 'see' });
  if (path === null || (!answer.allowed && answer.code === 'period-not-found')) throw new ApiError('node-not-found');
  requireAllowed(answer);
  return path.nodes;
}
