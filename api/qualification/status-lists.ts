import { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply } from 'fastify';
import type { Knex } from 'knex';
import { csvRow } from '../../clients/channels/csv-cells';
import { ApiError } from '../../contracts/api-error';
import { responses, streamedResponses } from '../../contracts/http/common';
import { PrintAnswer, PrintQuery, StatusParams } from '../../contracts/http/qualification/statuses';
import { type NamedRow, streamStatusRows } from '../../db/qualification/status-rows';
import type { StoredStatus } from '../../db/qualification/statuses';
import { wordsFor } from '../../domain/qualification/messages/catalogue';
import { isPrintSort, PRINT_SORTS, printSections } from '../../domain/qualification/print-order';
import { inWords, type Language } from '../../domain/qualification/text';
import type { RouteOptions } from '../context';
import { languageOf } from '../http/language';
import { QUALIFICATION_SCOPES, requirePeriod } from './access';
import { requireStatus, statusAnswer, statusWords } from './status-answer';

const tags = ['qualification'];
const STATUS = '/periods/:periodId/qualification/statuses/:seq';
const ROWS_PER_PAGE = 1_000;

/** A status as others take it over: a spreadsheet, and what is pinned to a wall. */
export const statusListRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const config = { scopes: QUALIFICATION_SCOPES };
  app.get(
    `${STATUS}/students.csv`,
    { config, schema: { tags, params: StatusParams, response: streamedResponses(null, ['text/csv']) } },
    async (request, reply) => {
      const { periodId, seq } = request.params;
      const { language } = await requirePeriod(context, request, periodId, 'see');
      const status = await requireStatus(context, periodId, seq);
      const wanted = languageOf(request.headers['accept-language'], language);
      void reply.type('text/csv; charset=utf-8');
      void reply.header('content-disposition', `attachment; filename="qualification-${seq}.csv"`);
      return (reply as FastifyReply).send(Readable.from(csvRows(context.knex, status, wanted)));
    },
  );
  app.get(
    `${STATUS}/print`,
    {
      config,
      schema: { tags, params: StatusParams, querystring: PrintQuery, response: responses({ 200: PrintAnswer }) },
    },
    async (request) => {
      const { periodId, seq } = request.params;
      const period = await requirePeriod(context, request, periodId, 'see');
      const { sort = 'name' } = request.query;
      if (!isPrintSort(sort)) throw unknownSort();
      const status = await requireStatus(context, periodId, seq);
      const language = languageOf(request.headers['accept-language'], period.language);
      const students = await printedStudents(context.knex, status);
      const sections = printSections(status, students, { sort, language });
      if (sections === null) throw new ApiError('status-not-ready');
      const { shortName, longName } = period;
      return {
        period: { periodId, shortName, longName },
        status: await statusAnswer(context, status, language),
        ...sections,
      };
    },
  );
};

function unknownSort(): ApiError {
  const message = `is one of ${PRINT_SORTS.join(', ')}`;
  return new ApiError('bad-request', `querystring/sort ${message}`, {
    errors: [{ in: 'querystring', pointer: '/sort', message }],
  });
}

async function printedStudents(
  knex: Knex,
  { statusId }: StoredStatus,
): Promise<{ userId: string; username: string; fullName: string; qualifies: boolean | null }[]> {
  const students = [];
  for await (const page of streamStatusRows(knex, statusId, ROWS_PER_PAGE)) {
    for (const { userId, username, fullName, qualifies } of page) {
      students.push({ userId, username: username ?? '', fullName: fullName ?? '', qualifies });
    }
  }
  return students;
}

/** Page by page, so that a list of any length takes no memory. Names and points of each assignment stand side by side. */
async function* csvRows(knex: Knex, status: StoredStatus, language: Language): AsyncGenerator<string> {
  const words = statusWords(status, language);
  const points = status.assignments.map(({ shortName }) => shortName);
  yield csvRow(['userId', 'username', 'fullName', 'qualifies', 'reason', ...points]);
  for await (const page of streamStatusRows(knex, status.statusId, ROWS_PER_PAGE)) {
    const rows = page.map((row) =>
      csvRow([
        row.userId,
        row.username,
        row.fullName,
        answerInWords(row, language),
        inWords(words.messages, row.reason, words),
        ...row.cells.map((cell) => cell.points),
      ]),
    );
    yield rows.join('');
  }
}

function answerInWords({ qualifies }: NamedRow, language: Language): string {
  return wordsFor(qualifies === null ? 'answer.undecided' : qualifies ? 'answer.yes' : 'answer.no', language);
}
