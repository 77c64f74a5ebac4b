import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { responses } from '../../contracts/http/common';
import { PeriodParams } from '../../contracts/http/qualification/common';
import { PeriodImportAnswer, PeriodImportQuery } from '../../contracts/http/qualification/import';
import { beatImport, beginImport, endImport } from '../../db/qualification/imports';
import type { ApiContext, RouteOptions } from '../context';
import { ADMIN_SCOPES, requirePeriod } from './access';
import { requireIssuer } from './administrators';
import { changeAudited } from './audited';
import type { PeriodImport } from './import-line';
import { importPeriod } from './import-lines';

/** Well within the 60 s after which a silent import counts as dead, however slowly lines come. */
const BEAT_EVERY_MS = 15_000;

/** Assignments, students, groups, feedback and administrators of a period, however many, as one stream. */
export const periodImportRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/x-ndjson', (_request, payload, done) => done(null, payload));
  app.post(
    '/periods/:periodId/import',
    {
      config: { scopes: ADMIN_SCOPES, idempotencyKey: false, streamedBody: true },
      schema: {
        tags: ['qualification'],
        params: PeriodParams,
        querystring: PeriodImportQuery,
        consumes: ['application/x-ndjson'],
        response: responses({ 200: PeriodImportAnswer }),
      },
    },
    async (request) => {
      const { periodId } = await requirePeriod(context, request, request.params.periodId, 'see');
      const issuerOf = (given: string | undefined): string => requireIssuer(context, given);
      const target: PeriodImport = { knex: context.knex, importId: randomUUID(), periodId, issuerOf };
      const { replace = false } = request.query;
      const answer = await whileRunning(context, target, () =>
        importPeriod(target, request.body as AsyncIterable<Uint8Array> | undefined, { replace }),
      );
      await changeAudited(context, request, async () => {
        const { accepted, rejected, removed } = answer;
        const audit = {
          action: 'period.imported',
          object: `period/${periodId}`,
          detail: { accepted, rejected, removed },
        };
        return { result: null, audit };
      });
      return answer;
    },
  );
};

/** Saves are refused and previews say so until the import ends; one that dies is noticed by its missing sign of life. */
async function whileRunning<T>(
  { knex }: ApiContext,
  { importId, periodId }: PeriodImport,
  work: () => Promise<T>,
): Promise<T> {
  await beginImport(knex, importId, periodId);
  const timer = setInterval(() => void beatImport(knex, importId).catch(() => undefined), BEAT_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await endImport(knex, importId).catch(() => undefined);
  }
}
