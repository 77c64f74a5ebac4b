import type { Knex } from 'knex';
import type { DecideInput, DecideResult } from '../../contracts/attempts/activities';
import { applyDecision } from '../../db/attempts/apply-decision';
import type { DecidedEffect } from '../../db/attempts/archive-and-effects';
import { dropIntent } from '../../db/attempts/commands';
import type { DecisionContextRows, LockedContext } from '../../db/attempts/decision-context';
import { dropRegistration } from '../../db/attempts/registrations';
import { planEffects } from '../../db/effects/drafts';
import type { Attempt, NewAttempt } from '../../domain/attempts/model';
import { accept } from '../../domain/attempts/transitions/accept';
import type { DeciderResult } from './decider-result';
import { deadlinesFor } from './decision-context';
import type { InHand } from './registration';

export type CommandRefusal = Pick<Extract<DecideResult, { kind: 'refused' }>, 'code' | 'detail' | 'reason'>;

/** What a refused command leaves behind, and where. */
interface RefusedCommand extends Pick<LockedContext, 'storedCommand'> {
  rows: DecisionContextRows;
  input: Pick<DecideInput, 'key' | 'commandId' | 'nowMs'>;
  hand: InHand;
  now: Date;
  leaseMs: number;
  /** The identity the command would have given. */
  unused: Pick<NewAttempt, 'id'>;
}

/**
 * A refusal changes no attempt and drops the answers it used: the same key may be sent again. A registration among them is
 * taken back at the provider.
 */
export async function refuseCommand(
  trx: Knex.Transaction,
  { code, detail, reason }: CommandRefusal,
  refused: RefusedCommand,
): Promise<DeciderResult> {
  const { attempt, others } = refused.rows;
  const present = attempt ?? others.find((other) => other.isCurrent) ?? null;
  if (refused.storedCommand) await dropIntent(trx, refused.input.commandId);
  const effects = await takeBackRegistration(trx, refused, present);
  const inTheWay = code === 'attempt-already-exists' ? present : null;
  const extras = { ...(inTheWay ? { attemptCode: inTheWay.code } : {}), ...(reason ? { reason } : {}) };
  return { kind: 'refused', code, detail, ...extras, effects };
}

/**
 * A registration no attempt will use is removed at its provider, as an effect: retried, and shown with the attempt that is there
 * instead. Nobody else goes on with it. @returns what is due.
 */
async function takeBackRegistration(
  trx: Knex.Transaction,
  { rows, input, hand, now, leaseMs, unused: { id } }: RefusedCommand,
  present: Attempt | null,
): Promise<DecidedEffect[]> {
  const answer = hand.answers.registration;
  if (answer?.outcome !== 'registered' || hand.registration === null) return [];
  const { examId, userId } = input.key;
  await dropRegistration(trx, { examId, userId, id });
  const { provider } = hand.registration;
  const action = { name: 'provider.remove', provider, externalId: answer.externalId, unused: true } as const;
  const attemptId = present?.id ?? id;
  const drafts = [{ action, attemptId, version: present?.version ?? 0, examId, userId }];
  const decision = accept(attemptId, { effects: drafts });
  const about = { owner: input.key, courseId: rows.course.courseId, fullName: '', now, lease: { leaseMs } };
  const deadlineAt = deadlinesFor(rows, input.nowMs);
  return applyDecision(trx, { ...about, decision, effects: planEffects(drafts), deadlineAt });
}
