import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { AttemptParams } from '../../contracts/http/attempts';
import { ok } from '../../contracts/http/common';
import { TimelineAnswer, type TimelineItem } from '../../contracts/http/timeline';
import { readTimelineFacts } from '../../db/attempts/timeline';
import {
  type AroundFact,
  buildTimeline,
  type CallbackFact,
  type EffectFact,
  type TimelineEntry,
} from '../../domain/attempts/timeline';
import { requireOwnOr, visibleAttempt } from '../auth/access';
import type { Principal } from '../auth/principal';
import { seesPeople, visibleActor, visibleOrigin } from '../auth/visible-actor';
import type { RouteOptions } from '../context';
import { attemptAnswer } from './answer';

/** Why an attempt is as it is: everything that happened to it, in order. */
export const timelineRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const schema = { tags: ['attempts'], params: AttemptParams, response: ok(TimelineAnswer) };
  const config = { scopes: ['attempts:read' as const, 'attempts:write' as const, 'attempts:take' as const] };
  app.get('/attempts/:attemptCode/timeline', { config, schema }, async ({ principal, params }) => {
    const { view } = await visibleAttempt(context, principal, params.attemptCode);
    requireOwnOr(principal, view.userId, 'attempts:read', 'attempts:write');
    const entries = buildTimeline(await readTimelineFacts(context.knex, view));
    const items = entries.flatMap((entry) => itemFor(entry, principal));
    return { attempt: attemptAnswer(view, context.settings), items };
  });
};

/** Learners see what became of their attempt and of their time, not what was told to whom, nor what reviewers said. */
function itemFor(entry: TimelineEntry, principal: Principal): TimelineItem[] {
  const isOpen = seesPeople(principal);
  const at = entry.at.toISOString();
  switch (entry.kind) {
    case 'change': {
      const { kind, type, version, statusBefore, status } = entry;
      const effects = isOpen ? entry.effects.map(effectAnswer) : [];
      return [{ kind, at, type, version, statusBefore, status, ...visibleOrigin(entry, principal), effects }];
    }
    case 'around': {
      return isOpen || entry.action.startsWith('allowance.') ? [aroundAnswer(entry, principal)] : [];
    }
    case 'callback':
      return isOpen ? [callbackAnswer(entry)] : [];
    case 'review': {
      const { kind, reviewId, reviewStatus, provider, reviewedBy } = entry;
      const by = visibleActor(reviewedBy ?? `provider:${provider}`, principal);
      return isOpen ? [{ kind, at, by, reviewId, reviewStatus }] : [];
    }
  }
}

function callbackAnswer(fact: CallbackFact): TimelineItem {
  const { inboxId, callback, state, refusedBecause, endedAt, provider } = fact;
  const about = { inboxId, callback, state, refusedBecause, endedAt: endedAt?.toISOString() ?? null };
  return { kind: 'callback', at: fact.at.toISOString(), by: `provider:${provider}`, ...about };
}

function aroundAnswer(entry: AroundFact, principal: Principal): TimelineItem {
  const { action, object, detail } = entry;
  const { because: _none, ...origin } = visibleOrigin({ ...entry, because: action }, principal);
  return { kind: 'around', at: entry.at.toISOString(), action, object, ...origin, detail };
}

type EffectAnswer = Extract<TimelineItem, { kind: 'change' }>['effects'][number];

function effectAnswer({ version: _version, touchedAt, ...effect }: EffectFact): EffectAnswer {
  const { createdAt, nextTryAt, doneAt } = effect;
  return {
    ...effect,
    service: effect.name.split('.')[0] as string,
    state: effect.state as EffectAnswer['state'],
    createdAt: createdAt.toISOString(),
    triedAt: effect.tries > 0 ? touchedAt.toISOString() : null,
    nextTryAt: nextTryAt?.toISOString() ?? null,
    doneAt: doneAt?.toISOString() ?? null,
  };
}
