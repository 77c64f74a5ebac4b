import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ApiError } from '../../contracts/api-error';
import { AuditListAnswer, AuditQuery } from '../../contracts/http/audit';
import { ok } from '../../contracts/http/common';
import { findByCode } from '../../db/attempts/find';
import { findReviewDetails } from '../../db/attempts/reviews/reviews';
import { type AuditFilter, listAudit } from '../../db/requests/audit-list';
import { requireWithin, visibleCourse, visibleExam } from '../auth/access';
import type { Principal } from '../auth/principal';
import type { ApiContext, RouteOptions } from '../context';

/** Who did what to what, over everything that can be changed. */
export const auditRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const schema = { tags: ['audit'], querystring: AuditQuery, response: ok(AuditListAnswer) };
  app.get('/audit', { config: { scopes: ['audit:read'] }, schema }, async ({ principal, query }) => {
    const { limit, cursor, object, actor, action } = query;
    const objects = await objectsOf(context, principal, object);
    const { items, nextCursor } = await listAudit(context.knex, { ...objects, actor, action }, { limit, cursor });
    return { items: items.map(({ at, ...write }) => ({ ...write, at: at.toISOString() })), nextCursor };
  });
};

type Objects = Pick<AuditFilter, 'objects' | 'attempt'>;

/** A token with limits has to name an object, and sees what it may see of that. @throws ApiError 403, 404. */
async function objectsOf(context: ApiContext, principal: Principal, object: string | undefined): Promise<Objects> {
  const { courses, provider, customers } = principal;
  const isLimited = courses !== undefined || provider !== undefined || customers !== undefined;
  if (object === undefined) {
    if (isLimited) throw outsideLimits();
    return {};
  }
  const [kind = '', ...rest] = object.split(':');
  const id = rest.join(':');
  if (kind === 'attempt') return attemptObjects(context, principal, id);
  if (kind === 'review') return reviewObjects(context, principal, id);
  if (isLimited) await requireVisible(context, principal, kind, rest);
  return { objects: [object], attempt: null };
}

/** Callbacks that were turned away name the code alone. */
async function attemptObjects({ knex, now }: ApiContext, principal: Principal, code: string): Promise<Objects> {
  const located = await findByCode(knex, code, now());
  requireWithin(principal, located?.ref ?? { courseId: '', provider: '' }, 'attempt-not-found');
  const attempt = located ? { attemptId: located.view.attemptId } : null;
  return { objects: [`attempt:${code}`, code], attempt };
}

async function reviewObjects(context: ApiContext, principal: Principal, id: string): Promise<Objects> {
  const review = /^\d{1,18}$/.test(id) ? await findReviewDetails(context.knex, id) : undefined;
  if (!review) throw new ApiError('review-not-found');
  const { attempt } = await attemptObjects(context, principal, review.attemptCode);
  return { objects: [`review:${id}`], attempt: attempt ? { ...attempt, because: `setReview:${id}` } : null };
}

async function requireVisible(
  context: ApiContext,
  principal: Principal,
  kind: string,
  parts: readonly string[],
): Promise<void> {
  const [first = ''] = parts;
  if (kind === 'course') await visibleCourse(context, principal, parts.join(':'));
  else if ((kind === 'exam' || kind === 'allowance') && /^\d{1,9}$/.test(first)) {
    await visibleExam(context, principal, Number(first));
  } else if (kind === 'customer' || kind === 'channel') {
    const { customers } = principal;
    if (customers !== undefined && !customers.map(encodeURIComponent).includes(first)) {
      throw new ApiError('customer-not-found');
    }
  } else throw outsideLimits();
}

function outsideLimits(): ApiError {
  const detail = 'A token that is limited names an object within its limits: attempt:, review:, exam:, course:, …';
  return new ApiError('insufficient-scope', detail);
}
