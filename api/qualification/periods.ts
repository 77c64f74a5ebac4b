import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../contracts/api-error';
import { responses } from '../../contracts/http/common';
import { PeriodParams } from '../../contracts/http/qualification/common';
import { PeriodAnswer, PeriodBody } from '../../contracts/http/qualification/periods';
import { qualificationDraftWorkflowId } from '../../contracts/qualification/messages';
import { findNode } from '../../db/qualification/nodes';
import {
  findDeadlineTag,
  findPeriod,
  type PeriodToStore,
  type StoredPeriod,
  upsertPeriod,
} from '../../db/qualification/periods';
import type { ApiContext, RouteOptions } from '../context';
import { ADMIN_SCOPES, QUALIFICATION_SCOPES, requireNode, requirePeriod } from './access';
import { allowedFor } from './allowed';
import { changeAudited } from './audited';
import { invalidBody } from './invalid-body';

const tags = ['qualification'];
/** Temporal takes workflow ids of 1,000 bytes; a draft's id is 22 characters. */
const MAX_WORKFLOW_ID_BYTES = 950;
const DRAFT_ID_LENGTH = 22;

/** Semesters of subjects, and the deadlines exam offices group them by. */
export const periodRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const params = PeriodParams;
  const response = responses({ 200: PeriodAnswer });
  app.get(
    '/periods/:periodId',
    { config: { scopes: QUALIFICATION_SCOPES }, schema: { tags, params, response } },
    async (request) =>
      answerOf(context, request, await requirePeriod(context, request, request.params.periodId, 'see')),
  );
  app.put(
    '/periods/:periodId',
    { config: { scopes: ADMIN_SCOPES }, schema: { tags, params, body: PeriodBody, response } },
    async (request) => {
      const { startsAt, endsAt, deadlineTagId = null, ...body } = request.body;
      const { periodId } = request.params;
      const dates = { startsAt: new Date(startsAt), endsAt: new Date(endsAt) };
      const period: PeriodToStore = { periodId, deadlineTagId, ...body, ...dates };
      await requirePeriodToStore(context, request, period);
      const stored = await changeAudited(context, request, async (trx) => {
        const before = await findPeriod(trx, periodId);
        await upsertPeriod(trx, period);
        const action = before ? 'period.changed' : 'period.created';
        const audit = {
          action,
          object: `period/${periodId}`,
          detail: { nodeId: period.nodeId, ...dates, deadlineTagId },
        };
        return { result: (await findPeriod(trx, periodId)) as StoredPeriod, audit };
      });
      return answerOf(context, request, stored);
    },
  );
};

async function answerOf(
  context: ApiContext,
  request: FastifyRequest,
  { language: _language, ...period }: StoredPeriod,
): Promise<PeriodAnswer> {
  const allowed = await allowedFor(context, request, { language: _language, ...period });
  const { startsAt, endsAt } = period;
  return { ...period, startsAt: startsAt.toISOString(), endsAt: endsAt.toISOString(), allowed };
}

async function requirePeriodToStore(
  context: ApiContext,
  request: FastifyRequest,
  { periodId, nodeId, startsAt, endsAt, deadlineTagId }: PeriodToStore,
): Promise<void> {
  const { knex } = context;
  const { periods } = request.principal;
  if (periods !== undefined && !periods.includes(periodId)) throw new ApiError('period-not-found');
  if ((await findPeriod(knex, periodId)) !== undefined) await requirePeriod(context, request, periodId, 'see');
  const workflowId = qualificationDraftWorkflowId({ periodId, draftId: 'x'.repeat(DRAFT_ID_LENGTH) });
  if (Buffer.byteLength(workflowId) > MAX_WORKFLOW_ID_BYTES) {
    throw new ApiError('bad-request', 'The id of the period is too long when it is written into an address.');
  }
  if (endsAt <= startsAt) throw invalidBody('/endsAt', 'must be later than startsAt');
  if ((await findNode(knex, nodeId)) === undefined) throw invalidBody('/nodeId', 'is no node');
  if (request.principal.nodes !== undefined) await requireNode(context, request, nodeId);
  if (deadlineTagId !== null && (await findDeadlineTag(knex, deadlineTagId)) === undefined) {
    throw invalidBody('/deadlineTagId', 'is no deadline tag');
  }
}
