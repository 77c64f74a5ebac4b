import type { Knex } from 'knex';
import { commandOf, newAttemptFor } from '../../../activities/command-of';
import type { Dependencies } from '../../../activities/dependencies';
import { ProviderRules } from '../../../config/provider-rules';
import { stateAfter, worldOf } from '../../../activities/world-of';
import type { AttemptActivities, DecideInput, DecideResult } from '../../../contracts/attempt-activities';
import { applyDecision } from '../../../db/apply-decision';
import { lockAndFind, storeApplied } from '../../../db/commands';
import { loadWorldRows } from '../../../db/world';
import { transition } from '../../../domain/transition';

/** The decision's transaction without the effects' first try: what the variant `regular` does in its first activity. */
export function decideOnly({ knex, providers, reviewSlaMs }: Dependencies): Pick<AttemptActivities, 'decide'> {
  const rules = new ProviderRules(providers, reviewSlaMs);
  return { decide: (input) => knex.transaction((trx) => decided(trx, rules, input)) };
}

async function decided(trx: Knex.Transaction, rules: ProviderRules, input: DecideInput): Promise<DecideResult> {
  const { key, commandId, command, nowMs, confirmedVersion } = input;
  if (await lockAndFind(trx, key.userId, commandId)) throw new Error('The bench never repeats a command.');
  const rows = await loadWorldRows(trx, key);
  if (!rows) throw new Error(`There is no exam ${key.examId}.`);
  const world = worldOf(rows, key.userId, rules, { nowMs, answers: {} });
  const decision = transition(world, commandOf(command, await newAttemptFor(trx, command, key)));
  if (decision.kind !== 'accepted') throw new Error(`The bench expects acceptance, not ${decision.kind}.`);
  const { now } = world;
  const effects = await applyDecision(trx, {
    ...{ decision, now, owner: key, confirmedVersion },
    courseId: rows.course.courseId,
    studentName: rows.learner?.fullName ?? '',
  });
  const state = stateAfter(rows, key, { writes: decision.writes, effects, now });
  const { attemptId } = decision;
  await storeApplied(trx, { commandId, type: command.type, key, attemptId, result: state.attempt, now });
  return { kind: 'applied', state };
}
