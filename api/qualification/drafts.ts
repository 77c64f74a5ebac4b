import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../../contracts/api-error';
import { responses } from '../../contracts/http/common';
import { PeriodParams } from '../../contracts/http/qualification/common';
import {
  DiscardBody,
  DraftAnswer,
  type DraftBody,
  DraftBody as DraftBodySchema,
  DraftParams,
} from '../../contracts/http/qualification/drafts';
import { findDraft, type StoredDraft } from '../../db/qualification/drafts';
import type { StoredPeriod } from '../../db/qualification/periods';
import { hasEnded } from '../../domain/qualification/model';
import type { ApiContext, RouteOptions } from '../context';
import { QUALIFICATION_SCOPES, requirePeriod } from './access';
import { readChoice } from './choice';
import { askFor, draftIdOf, ifVersion, requireDraft, requireOpenDraft } from './draft-commands';
import { sendDraft } from './draft-read';

const tags = ['qualification'];
const config = { scopes: QUALIFICATION_SCOPES };
const LIST = '/periods/:periodId/qualification/drafts';
const ONE = `${LIST}/:draftId`;

/** Drafts of who qualifies: made by one administrator, seen by all of the period's. */
export const draftRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.post(
    LIST,
    {
      config,
      schema: {
        tags,
        params: PeriodParams,
        body: DraftBodySchema,
        response: responses({ 201: DraftAnswer, 202: DraftAnswer }),
      },
    },
    async (request, reply) => {
      const period = await requireRunningPeriod(context, request, request.params.periodId);
      return configure(context, request, reply, {
        body: request.body,
        period,
        draftId: draftIdOf(request.commandId),
        current: null,
      });
    },
  );
  app.patch(
    ONE,
    {
      config,
      schema: {
        tags,
        params: DraftParams,
        body: DraftBodySchema,
        response: responses({ 200: DraftAnswer, 202: DraftAnswer }),
      },
    },
    async (request, reply) => {
      const { periodId, draftId } = request.params;
      await requirePeriod(context, request, periodId, 'draft');
      const current = await requireOpenDraft(context, periodId, draftId);
      const period = await requireRunningPeriod(context, request, periodId);
      return configure(context, request, reply, { body: request.body, period, draftId, current });
    },
  );
};

/** The end of a draft by hand. */
export const draftDiscardRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.delete(
    ONE,
    {
      config,
      schema: {
        tags,
        params: DraftParams,
        body: Type.Optional(DiscardBody),
        response: responses({ 204: Type.Null() }),
      },
    },
    async (request, reply) => {
      const { periodId, draftId } = request.params;
      await requirePeriod(context, request, periodId, 'draft');
      await requireDraft(context, periodId, draftId);
      const asked = { periodId, draftId, type: 'discard', request: ifVersion(request) } as const;
      await askFor(context, request, { ...asked, reason: request.body?.reason });
      await context.temporal.drafts.discard({ periodId, draftId }, { commandId: request.commandId });
      return reply.code(204).send(null);
    },
  );
};

interface Configured {
  body: DraftBody;
  period: StoredPeriod;
  draftId: string;
  /** The draft as it is; null for a new one. */
  current: StoredDraft | null;
}

async function configure(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { body, period, draftId, current }: Configured,
): Promise<DraftAnswer> {
  const { periodId } = period;
  const { reason } = body;
  const choice = await readChoice(context, request, { body, period, current });
  const asked = { periodId, draftId, type: 'configure', request: { ...choice, ...ifVersion(request) } } as const;
  await askFor(context, request, { ...asked, reason });
  const { previewWaitMs } = context.settings.qualification;
  await context.temporal.drafts.configure({ periodId, draftId }, { commandId: request.commandId }, previewWaitMs);
  const draft = await findDraft(context.knex, draftId);
  if (draft === undefined) throw new ApiError('draft-not-found');
  const isNew = current === null;
  void reply.code(draft.state === 'computing' ? 202 : isNew ? 201 : 200);
  void reply.header('location', `/v1/periods/${encodeURIComponent(periodId)}/qualification/drafts/${draftId}`);
  return sendDraft(context, request, reply, { period, draft });
}

/** @throws ApiError 409 for one that has ended: nothing new is decided in it. */
async function requireRunningPeriod(
  context: ApiContext,
  request: FastifyRequest,
  periodId: string,
): Promise<StoredPeriod> {
  const period = await requirePeriod(context, request, periodId, 'draft');
  if (hasEnded(period, context.now())) throw new ApiError('period-ended');
  return period;
}
