import type { Knex } from 'knex';
import { appliedCommandOf, causeOf } from '../../../activities/attempts/cause';
import { commandOf, newAttemptFor } from '../../../activities/attempts/command';
import { deadlinesFor, dueAmong, stateAfter } from '../../../activities/attempts/decision-context';
import type { Dependencies } from '../../../activities/attempts/dependencies';
import { isAboutReview } from '../../../activities/attempts/review-input';
import { ProviderRules } from '../../../config/provider-rules';
import type { AttemptActivities, DecideInput, DecideResult } from '../../../contracts/attempts/activities';
import { buildDecisionContext } from '../../../db/attempts/build-decision-context';
import { appliedCommandStatement } from '../../../db/attempts/applied-commands';
import { applyDecision } from '../../../db/attempts/apply-decision';
import { readDecisionContext } from '../../../db/attempts/decision-context';
import { courseTime } from '../../../db/attempts/view';
import { planEffects } from '../../../db/effects/drafts';
import { transition } from '../../../domain/attempts/transition';

/** The decision's transaction without the effects' first try: what the variant `regular` does in its first activity. */
export function decideOnly({ knex, ...settings }: Dependencies): Pick<AttemptActivities, 'decide'> {
  const rules = new ProviderRules(settings);
  return { decide: (input) => knex.transaction((trx) => decided(trx, rules, input)) };
}

async function decided(trx: Knex.Transaction, rules: ProviderRules, input: DecideInput): Promise<DecideResult> {
  const { key, commandId, command, nowMs, confirmedVersion } = input;
  const { storedCommand: stored, rows } = await readDecisionContext(trx, key, commandId);
  if (stored || isAboutReview(command)) throw new Error('The bench repeats no command and reviews nothing.');
  if (!rows) throw new Error(`There is no exam ${key.examId}.`);
  const now = courseTime(rows.course.clock, new Date(nowMs));
  const sources = { command, userId: key.userId, now, answers: {}, archived: null, registration: null };
  const context = buildDecisionContext(rows, { ...sources, providers: rules });
  const decision = transition(context, commandOf(command, await newAttemptFor(trx, command, key)));
  if (decision.kind !== 'accepted') throw new Error(`The bench expects acceptance, not ${decision.kind}.`);
  const { attemptId, writes } = decision;
  const planned = planEffects(decision.effects);
  const after = stateAfter(rows, key, { writes, effects: planned, now });
  const toApply = {
    decision,
    effects: planned,
    now,
    owner: key,
    confirmedVersion,
    courseId: rows.course.courseId,
    fullName: rows.learner?.fullName ?? '',
    deadlineAt: deadlinesFor(rows, now.getTime()),
  };
  const outcome = { attemptId, result: after.attempt, now, cause: causeOf(command), writes };
  const applied = appliedCommandStatement(appliedCommandOf(input, outcome));
  const effects = await applyDecision(trx, toApply, { followUp: [applied], commit: true });
  return { kind: 'applied', state: { ...after, due: dueAmong(effects) } };
}
