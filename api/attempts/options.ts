import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { ProviderRules } from '../../config/provider-rules';
import { ApiError } from '../../contracts/api-error';
import { AttemptParams } from '../../contracts/http/attempts';
import { ok } from '../../contracts/http/common';
import { OptionsAnswer } from '../../contracts/http/options';
import { buildDecisionContext } from '../../db/attempts/build-decision-context';
import { type DecisionContextRows, peekDecisionContext } from '../../db/attempts/decision-context';
import { courseTime } from '../../db/attempts/view';
import { ATTEMPT_ACTIONS, type Command } from '../../domain/attempts/commands';
import { type TriedCommand, dryRun } from '../../domain/attempts/dry-run';
import type { EffectAction } from '../../domain/attempts/effects';
import { ATTEMPT_STATUSES } from '../../domain/attempts/statuses';
import { requireOwnOr, visibleAttempt } from '../auth/access';
import { seesPeople } from '../auth/visible-actor';
import type { RouteOptions } from '../context';

/** An attempt that would be made has no identity yet. */
const NEW_ATTEMPT = { id: '00000000-0000-0000-0000-000000000000', code: 'NEW', number: 0 };

/** What may be done with an attempt now, what would follow, and why the rest may not: the rules, tried and not applied. */
export const attemptOptionRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const { knex, settings, now } = context;
  const providers = new ProviderRules(settings);
  const tryOn = (rows: DecisionContextRows, userId: string, command: Command): TriedCommand => {
    const about = { userId, command, archived: null, answers: {}, registration: null, providers };
    return dryRun(buildDecisionContext(rows, { ...about, now: courseTime(rows.course.clock, now()) }), command);
  };
  const schema = { tags: ['attempts'], params: AttemptParams, response: ok(OptionsAnswer) };
  const config = { scopes: ['attempts:read' as const, 'attempts:write' as const, 'attempts:take' as const] };
  app.get('/attempts/:attemptCode/options', { config, schema }, async ({ principal, params }) => {
    const { ref, view } = await visibleAttempt(context, principal, params.attemptCode);
    requireOwnOr(principal, view.userId, 'attempts:read', 'attempts:write');
    const rows = await peekDecisionContext(knex, ref);
    if (!rows) throw new ApiError('attempt-not-found');
    const isStaff = seesPeople(principal);
    const outcomeOf = (command: Command): Outcome => answerOf(tryOn(rows, ref.userId, command), isStaff);
    const actor = isStaff ? 'staff' : 'learner';
    return {
      attemptCode: view.attemptCode,
      version: view.version,
      // A learner sets no status and removes nothing: only acts.
      statuses: isStaff
        ? ATTEMPT_STATUSES.map((status) => ({ status, ...outcomeOf({ type: 'changeStatus', to: status }) }))
        : [],
      actions: ATTEMPT_ACTIONS.map((action) => {
        return { action, ...outcomeOf({ type: 'act', action, actor, newAttempt: NEW_ATTEMPT }) };
      }),
      removal: isStaff ? outcomeOf({ type: 'remove', requireProviderRemoval: true }) : null,
    };
  });
};

type Outcome = Omit<OptionsAnswer['actions'][number], 'action'>;

/** Learners are not told what others would be told. */
function answerOf({ effects, refused, ...outcome }: TriedCommand, isStaff: boolean): Outcome {
  return {
    ...outcome,
    effects: isStaff ? effects.map(({ action, examId }) => ({ ...describeAction(action), examId })) : [],
    code: refused?.code ?? null,
    why: refused?.detail ?? null,
  };
}

function describeAction(action: EffectAction): { name: string; service: string; about: string | null } {
  const about = 'status' in action ? action.status : 'template' in action ? action.template : null;
  return { name: action.name, service: action.name.split('.')[0] as string, about };
}
