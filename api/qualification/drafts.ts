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
  DraftListAnswer,
  DraftListQuery,
  DraftParams,
} from '../../contracts/http/qualification/drafts';
import { findDraft, listDrafts, type StoredDraft } from '../../db/qualification/drafts';
import type { StoredPeriod } from '../../db/qualification/periods';
import { hasEnded } from '../../domain/qualification/model';
import { decidedElsewhere } from '../../domain/qualification/plugins/select';
import type { ApiContext, RouteOptions } from '../context';
import { languageOf } from '../http/language';
import { QUALIFICATION_SCOPES, requirePeriod } from './access';
import { checkChoice, offeredPlugin } from './choice';
import { draftAnswer, draftItem } from './draft-answer';
import { askFor, draftIdOf, ifVersion, requireDraft, requireOpenDraft } from './draft-commands';

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
        summary: 'Choose a rule and work out who qualifies',
        operationId: 'createDraft',
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
        summary: 'Choose anew; the preview is worked out again',
        operationId: 'changeDraft',
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

export const draftDiscardRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.delete(
    ONE,
    {
      config,
      schema: {
        tags,
        summary: 'Throw a draft away',
        operationId: 'discardDraft',
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

export const draftReadRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.get(
    LIST,
    {
      config,
      schema: {
        tags,
        summary: 'Drafts of a period, newest first',
        operationId: 'listDrafts',
        params: PeriodParams,
        querystring: DraftListQuery,
        response: responses({ 200: DraftListAnswer }),
      },
    },
    async (request) => {
      const period = await requirePeriod(context, request, request.params.periodId, 'see');
      const language = languageOf(request.headers['accept-language'], period.language);
      const { items, nextCursor } = await listDrafts(context.knex, period.periodId, request.query);
      return { items: await Promise.all(items.map((draft) => draftItem(context, draft, language))), nextCursor };
    },
  );
  app.get(
    ONE,
    {
      config,
      schema: {
        tags,
        summary: 'A draft: its choice, its state and its numbers',
        operationId: 'getDraft',
        params: DraftParams,
        response: responses({ 200: DraftAnswer }),
      },
    },
    async (request, reply) => {
      const { periodId, draftId } = request.params;
      const period = await requirePeriod(context, request, periodId, 'see');
      const draft = await requireDraft(context, periodId, draftId);
      if (!ENDED_BY_HAND.has(draft.state)) await requireOpenDraft(context, periodId, draftId);
      return sendDraft(context, request, reply, { period, draft });
    },
  );
};

const ENDED_BY_HAND: ReadonlySet<StoredDraft['state']> = new Set(['saved', 'discarded']);

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

/** What was chosen, in its one form. With new settings alone the plugin stays; settings of another plugin never do. */
async function readChoice(
  context: ApiContext,
  request: FastifyRequest,
  { body, period, current }: Pick<Configured, 'body' | 'period' | 'current'>,
): Promise<object> {
  const { plugin: given, settings } = body;
  const isChosen = current !== null && current.state !== 'choosing';
  if (given === undefined && !isChosen) {
    if (settings !== undefined) offeredPlugin(context, '');
    return { settings: null };
  }
  const plugin = offeredPlugin(context, given === undefined ? (current?.pluginId ?? null) : given);
  const language = languageOf(request.headers['accept-language'], period.language);
  const checked = await checkChoice(context.knex, period.periodId, { plugin, settings: settings ?? {}, language });
  const { id, version } = plugin;
  return { plugin: plugin === decidedElsewhere ? null : { id, version }, settings: checked.settings };
}

async function sendDraft(
  context: ApiContext,
  request: FastifyRequest,
  reply: FastifyReply,
  { period, draft }: { period: StoredPeriod; draft: StoredDraft },
): Promise<DraftAnswer> {
  void reply.header('etag', `"v${draft.version}"`);
  return draftAnswer(context, request, period, draft);
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
