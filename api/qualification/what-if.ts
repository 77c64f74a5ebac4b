import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Knex } from 'knex';
import { ListQuery, responses, strictObject } from '../../contracts/http/common';
import { PeriodParams } from '../../contracts/http/qualification/common';
import { WhatIfAnswer, WhatIfBody } from '../../contracts/http/qualification/drafts';
import { ChangesAnswer } from '../../contracts/http/qualification/results';
import { streamResults } from '../../db/qualification/result-stream';
import { readAssignments } from '../../db/qualification/results';
import { findActiveStatus } from '../../db/qualification/statuses';
import { decidedNow } from '../../domain/qualification/decided-list';
import type { DecidedList } from '../../domain/qualification/differences';
import { studentDecider, type StudentDecision, warningsOf } from '../../domain/qualification/evaluation';
import { decidedElsewhere } from '../../domain/qualification/plugins/select';
import { inWords } from '../../domain/qualification/text';
import { countDecisions } from '../../domain/qualification/what-if';
import type { RouteOptions } from '../context';
import { languageOf } from '../http/language';
import { QUALIFICATION_SCOPES, requirePeriod } from './access';
import { checkChoice, type CheckedChoice, offeredPlugin } from './choice';
import { differencesPage } from './differences-page';
import { warningsInWords } from './in-words';
import { savedList } from './saved-list';

const tags = ['qualification'];
const FIRST_DIFFERENCES = 100;
const STUDENTS_PER_TURN = 50;
const STUDENTS_PER_PAGE = 1_000;

/** Questions about who would qualify; nothing is stored by asking. */
export const whatIfRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.post(
    '/periods/:periodId/qualification/what-if',
    {
      config: { scopes: QUALIFICATION_SCOPES, idempotencyKey: false },
      schema: { tags, params: PeriodParams, body: WhatIfBody, response: responses({ 200: WhatIfAnswer }) },
    },
    async (request) => {
      const period = await requirePeriod(context, request, request.params.periodId, 'see');
      const { periodId } = period;
      const language = languageOf(request.headers['accept-language'], period.language);
      const { plugin: pluginId = '', settings = {} } = request.body;
      const plugin = offeredPlugin(context, pluginId);
      return atOneMoment(context.knex, async (trx) => {
        const choice = await checkChoice(trx, periodId, { plugin, settings, language });
        const decisions = await decideNow(trx, periodId, choice);
        const active = await findActiveStatus(trx, periodId);
        const names = new Map(choice.assignments.map(({ assignmentId, longName }) => [assignmentId, longName]));
        const now = decidedNow({ assignments: choice.assignments, decisions });
        const saved = await savedList(trx, periodId, active?.seq ?? null);
        const { total, items } = differencesPage(saved, now, { limit: FIRST_DIFFERENCES });
        return {
          settings: { ...choice.settings },
          summary: inWords(plugin.messages, plugin.summaryOf(choice.settings), { language, names }),
          counts: countDecisions(decisions),
          warnings: warningsInWords(warningsOf(choice.assignments.length, decisions.length), language),
          differences: active === null ? null : { total, first: items },
        };
      });
    },
  );
};

/** What became of the answers since they were saved. */
export const qualificationChangeRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.get(
    '/periods/:periodId/qualification/changes',
    {
      config: { scopes: QUALIFICATION_SCOPES },
      schema: {
        tags,
        params: PeriodParams,
        querystring: strictObject(ListQuery),
        response: responses({ 200: ChangesAnswer }),
      },
    },
    async (request) => {
      const { periodId, dataVersion } = await requirePeriod(context, request, request.params.periodId, 'see');
      return atOneMoment(context.knex, async (trx) => {
        const active = await findActiveStatus(trx, periodId);
        const plugin =
          active?.plugin == null ? decidedElsewhere : context.plugins.find(({ id }) => id === active.plugin?.id);
        const nothing = { seq: active?.seq ?? null, dataVersion, total: 0, items: [], nextCursor: null };
        if (active === null || active.settings === null || plugin === undefined) return nothing;
        const assignments = await readAssignments(trx, periodId);
        const decisions = await decideNow(trx, periodId, { plugin, settings: active.settings, assignments });
        const saved = await savedList(trx, periodId, active.seq);
        const now: DecidedList = decidedNow({ assignments, decisions });
        return { seq: active.seq, dataVersion, ...differencesPage(saved, now, request.query) };
      });
    },
  );
};

function atOneMoment<T>(knex: Knex, work: (trx: Knex) => Promise<T>): Promise<T> {
  return knex.transaction(work, { isolationLevel: 'repeatable read', readOnly: true });
}

/** Everybody's answer, in turns: others' requests go on meanwhile. */
async function decideNow(
  trx: Knex,
  periodId: string,
  { plugin, settings, assignments }: CheckedChoice,
): Promise<StudentDecision[]> {
  const decide = studentDecider(plugin, settings, assignments);
  const decisions: StudentDecision[] = [];
  for await (const page of streamResults(trx, periodId, assignments, STUDENTS_PER_PAGE)) {
    for (const student of page) {
      decisions.push(decide(student));
      if (decisions.length % STUDENTS_PER_TURN === 0) await nextTurn();
    }
  }
  return decisions;
}
