import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { Knex } from 'knex';
import { responses } from '../../contracts/http/common';
import { PeriodParams } from '../../contracts/http/qualification/common';
import { ExportedBody, RetractBody, StatusAnswer, StatusParams } from '../../contracts/http/qualification/statuses';
import { storeOutcome } from '../../db/qualification/commands';
import { addExport } from '../../db/qualification/exports';
import { lockPeriod } from '../../db/qualification/lock';
import { findPeriod } from '../../db/qualification/periods';
import {
  activateStatus,
  addStatus,
  findActiveStatus,
  findStatusOfCommand,
  type StoredStatus,
} from '../../db/qualification/statuses';
import { decideRetract, type RetractRequest } from '../../domain/qualification/retract';
import type { Language } from '../../domain/qualification/text';
import type { ApiContext, RouteOptions } from '../context';
import { languageOf } from '../http/language';
import { QUALIFICATION_SCOPES, requirePeriod } from './access';
import { faultsProblem } from './choice';
import { askFor } from './draft-commands';
import { requireStatus, statusAnswer } from './status-answer';

const tags = ['qualification'];

/** What is done to saved statuses: taken back by a new one, and marked as taken over elsewhere. */
export const statusChangeRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const config = { scopes: QUALIFICATION_SCOPES };
  const response = responses({ 201: StatusAnswer });
  app.post(
    '/periods/:periodId/qualification/retract',
    { config, schema: { tags, params: PeriodParams, body: RetractBody, response } },
    async (request, reply) => {
      const { periodId, language: usual } = await requirePeriod(context, request, request.params.periodId, 'retract');
      const language = languageOf(request.headers['accept-language'], usual);
      const { reason, ...asked } = request.body;
      await askFor(context, request, { periodId, draftId: null, type: 'retract', request: asked, reason });
      const status = await retract(context, request, { periodId, asked, language });
      return reply.code(201).send(await statusAnswer(context, status, language));
    },
  );
  app.post(
    '/periods/:periodId/qualification/statuses/:seq/exported',
    { config, schema: { tags, params: StatusParams, body: ExportedBody, response } },
    async (request, reply) => {
      const { periodId, seq } = request.params;
      const { language: usual } = await requirePeriod(context, request, periodId, 'mark-exported');
      const status = await requireStatus(context, periodId, seq);
      const { at, system = null, note = null } = request.body;
      await addExport(context.knex, {
        statusId: status.statusId,
        at: at === undefined ? context.now() : new Date(at),
        system,
        note,
        by: request.principal.id,
        requestId: request.id,
        commandId: request.commandId,
      });
      const language = languageOf(request.headers['accept-language'], usual);
      return reply.code(201).send(await statusAnswer(context, status, language));
    },
  );
};

/** A command that retracted already gives the same status again. */
async function retract(
  { knex, now }: ApiContext,
  { commandId, principal, id: requestId }: FastifyRequest,
  { periodId, asked, language }: { periodId: string; asked: RetractRequest; language: Language },
): Promise<StoredStatus> {
  return knex.transaction(async (trx) => {
    await lockPeriod(trx, periodId);
    const before = await findStatusOfCommand(trx, commandId);
    if (before !== undefined) return before;
    const newest = await findActiveStatus(trx, periodId);
    const decision = decideRetract({ newest, at: now(), by: principal.id }, asked);
    if (decision.kind === 'invalid') throw faultsProblem(decision.faults, language);
    const period = await findPeriod(trx, periodId);
    const statusId = await addStatus(trx, {
      periodId,
      status: decision.status,
      assignments: [],
      counts: { qualify: 0, fail: 0, undecided: 0 },
      because: 'retract',
      requestId,
      commandId,
      dataVersion: period?.dataVersion ?? 0,
    });
    await activateStatus(trx, periodId, statusId);
    await storeOutcome(trx, commandId, { kind: 'done', seq: decision.status.seq });
    return requireSaved(trx, commandId);
  });
}

async function requireSaved(trx: Knex, commandId: string): Promise<StoredStatus> {
  const status = await findStatusOfCommand(trx, commandId);
  if (status === undefined) throw new Error('a status is gone that was just added');
  return status;
}
