import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { responses } from '../../contracts/http/common';
import { PeriodParams } from '../../contracts/http/qualification/common';
import { PeriodPluginListAnswer, PluginListAnswer } from '../../contracts/http/qualification/plugins';
import { readAssignments } from '../../db/qualification/results';
import { listStatuses } from '../../db/qualification/statuses';
import type { QualificationPlugin } from '../../domain/qualification/plugin';
import { initialSettings, settingsSchema } from '../../domain/qualification/settings-form';
import { type Language, textIn } from '../../domain/qualification/text';
import type { RouteOptions } from '../context';
import { languageOf } from '../http/language';
import { QUALIFICATION_SCOPES, requirePeriod } from './access';

const tags = ['qualification'];
/** Enough to find what was chosen last behind some retractions. */
const STATUSES_LOOKED_AT = 20;

/** The rules there are to choose from, and for a period the form for each. */
export const qualificationPluginRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const config = { scopes: QUALIFICATION_SCOPES };
  app.get(
    '/qualification/plugins',
    { config, schema: { tags, response: responses({ 200: PluginListAnswer }) } },
    async (request) => {
      const language = languageOf(request.headers['accept-language'], 'en');
      return { items: context.plugins.map((plugin) => pluginAnswer(plugin, language)) };
    },
  );
  app.get(
    '/periods/:periodId/qualification/plugins',
    { config, schema: { tags, params: PeriodParams, response: responses({ 200: PeriodPluginListAnswer }) } },
    async (request) => {
      const { periodId, language: usual } = await requirePeriod(context, request, request.params.periodId, 'see');
      const language = languageOf(request.headers['accept-language'], usual);
      const assignments = await readAssignments(context.knex, periodId);
      const statuses = await listStatuses(context.knex, periodId, { limit: STATUSES_LOOKED_AT });
      const newest = statuses.find(({ plugin }) => plugin !== null);
      const named = assignments.map(({ assignmentId, shortName, longName }) => ({ assignmentId, shortName, longName }));
      const items = context.plugins.map((plugin) => {
        const last = statuses.find((status) => status.plugin?.id === plugin.id)?.settings ?? null;
        const initial = initialSettings(plugin.fields, assignments, last);
        const settings = { schema: settingsSchema(plugin.fields, language), assignments: named, initial };
        return { ...pluginAnswer(plugin, language), settings, lastUsed: newest?.plugin?.id === plugin.id };
      });
      return { items };
    },
  );
};

function pluginAnswer(
  { id, version, title, description }: QualificationPlugin,
  language: Language,
): { id: string; version: number; title: string; description: string } {
  return { id, version, title: textIn(title, language), description: textIn(description, language) };
}
