import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Static } from '@sinclair/typebox';
import { responses } from '../../contracts/http/common';
import { OverviewAnswer, OverviewQuery } from '../../contracts/http/qualification/overview';
import { decodeCursor, encodeCursor } from '../../db/core/cursor';
import { administeredBy } from '../../db/qualification/access';
import { listOverview, type OverviewRow, type OverviewScope } from '../../db/qualification/overview';
import { exportState } from '../../domain/qualification/export-state';
import type { QualificationStatusName } from '../../domain/qualification/statuses';
import type { Principal } from '../auth/principal';
import type { ApiContext, RouteOptions } from '../context';
import { qualificationPrincipal, QUALIFICATION_SCOPES } from './access';

type OverviewItem = Static<typeof OverviewAnswer>['items'][number];

/** What there is to do, period by period: only those one administers, so a stranger's list is empty. */
export const overviewRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  app.get(
    '/qualification/overview',
    {
      config: { scopes: QUALIFICATION_SCOPES },
      schema: { tags: ['qualification'], querystring: OverviewQuery, response: responses({ 200: OverviewAnswer }) },
    },
    async (request) => {
      const { limit, cursor, state, active, nodeId, deadlineTag } = request.query;
      const scope: OverviewScope = {
        ...(await scopeOf(context, request.principal)),
        nodeId,
        deadlineTag,
        activeAt: active === true ? context.now() : undefined,
        after: cursor === undefined ? undefined : decodeCursor(cursor, [/^[^]+$/])[0],
        limit,
      };
      return readPage(context, scope, state);
    },
  );
};

/** The state is worked out from a row, so a page is filled from as many as it takes. */
async function readPage(
  { knex }: ApiContext,
  scope: OverviewScope,
  state: string | undefined,
): Promise<{ items: OverviewItem[]; nextCursor: string | null }> {
  const { limit } = scope;
  const items: OverviewItem[] = [];
  for (let after = scope.after; ;) {
    const rows = await listOverview(knex, { ...scope, after, limit: limit + 1 });
    for (const row of rows.slice(0, limit)) {
      after = row.periodId;
      const item = overviewItem(row);
      if (state === undefined || item.state === state) items.push(item);
      if (items.length === limit) break;
    }
    const isLast = rows.length <= limit && after === rows.at(-1)?.periodId;
    if (rows.length === 0 || isLast) return { items, nextCursor: null };
    if (items.length === limit) return { items, nextCursor: encodeCursor([after ?? '']) };
  }
}

async function scopeOf(
  { knex }: ApiContext,
  principal: Principal,
): Promise<Pick<OverviewScope, 'administered' | 'limits'>> {
  const { person, limits, scopes } = qualificationPrincipal(principal);
  if (scopes.has('qualification:admin')) return { administered: null, limits };
  const canRead = scopes.has('qualification:read');
  return { administered: await administeredBy(knex, canRead ? person : null), limits };
}

function overviewItem(row: OverviewRow): OverviewItem {
  const { seq, status, at, tagId, tagAt } = row;
  const active =
    seq === null || status === null || at === null
      ? null
      : {
          seq,
          status,
          at: at.toISOString(),
          counts: { qualify: row.qualify ?? 0, fail: row.fail ?? 0, undecided: row.undecided ?? 0 },
          stale: row.stale ?? false,
        };
  const known = active && { seq: active.seq, status: active.status as QualificationStatusName };
  return {
    periodId: row.periodId,
    nodeId: row.nodeId,
    shortName: row.shortName,
    longName: row.longName,
    startsAt: row.startsAt.toISOString(),
    endsAt: row.endsAt.toISOString(),
    deadline: tagId === null || tagAt === null ? null : { tagId, at: tagAt.toISOString(), tag: row.tag },
    state: exportState(known, new Set(row.exportedSeqs)),
    active,
  };
}
