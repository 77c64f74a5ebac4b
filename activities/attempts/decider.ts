import type { Knex } from 'knex';
import type { ProviderRules } from '../../config/provider-rules';
import type { DecideInput } from '../../contracts/attempts/activities';
import type { AttemptView } from '../../contracts/attempts/messages';
import * as applied from '../../db/attempts/applied-commands';
import { applyDecision } from '../../db/attempts/apply-decision';
import { buildDecisionContext } from '../../db/attempts/build-decision-context';
import { storeIntent } from '../../db/attempts/commands';
import { type DecisionContextRows, type LockedContext, readDecisionContext } from '../../db/attempts/decision-context';
import { markCallback } from '../../db/attempts/reviews/inbox';
import { courseTime } from '../../db/attempts/view';
import { planEffects } from '../../db/effects/drafts';
import type { AttemptWrite, Question } from '../../domain/attempts/decision';
import type { NewAttempt } from '../../domain/attempts/model';
import { transition } from '../../domain/attempts/transition';
import { appliedCommandOf, causeOf } from './cause';
import { changedMeanwhile, commandOf, newAttemptFor } from './command';
import { type DeciderResult, type Of, orRemovedAttempt, replay } from './decider-result';
import { deadlinesFor, dueAmong, stateAfter, viewAfter } from './decision-context';
import { gateRefusal } from './qualification-gate';
import { type CommandRefusal, refuseCommand } from './refuse-command';
import { type InHand, inHand, questionToAsk } from './registration';
import { isAboutReview, readReviewInput } from './review-input';

interface DeciderOptions {
  providers: ProviderRules;
  /** For how long the effects of a decision are leased to whoever made it. */
  leaseMs: number;
}

/** Decides one command in one transaction, unless it was decided before. */
export async function decideIn(
  trx: Knex.Transaction,
  input: DecideInput,
  options: DeciderOptions,
): Promise<DeciderResult> {
  const { key, commandId, command, nowMs } = input;
  const locked = await readDecisionContext(trx, key, commandId);
  const { storedCommand: stored, rows } = locked;
  if (stored?.state === 'applied') return replay(stored, rows);
  if (!rows) return { kind: 'refused', code: 'exam-not-found', detail: `There is no exam ${key.examId}.` };
  const result = await new Decider(trx, input, options, { ...locked, rows }).decide();
  const reason = result.kind === 'refused' ? result.code : null;
  if ('inboxId' in command && result.kind !== 'ask') await markCallback(trx, command.inboxId, reason, new Date(nowMs));
  return result;
}

/** One new command, or one whose question was answered. */
class Decider {
  private readonly rows: DecisionContextRows;
  private readonly hand: InHand;
  /** The course's time. */
  private readonly now: Date;
  private cause: applied.Cause;

  constructor(
    private readonly trx: Knex.Transaction,
    private readonly input: DecideInput,
    private readonly options: DeciderOptions,
    private readonly locked: LockedContext & { rows: DecisionContextRows },
  ) {
    this.rows = locked.rows;
    this.hand = inHand(input.command, locked);
    this.cause = causeOf(input.command);
    this.now = courseTime(locked.rows.course.clock, new Date(input.nowMs));
  }

  async decide(): Promise<DeciderResult> {
    const { trx, rows, hand, now } = this;
    const { key, commandId, command } = this.input;
    const newAttempt = await newAttemptFor(trx, command, key, hand.newAttempt);
    const changed = changedMeanwhile(command, rows.attempt);
    if (changed) return this.refuse(changed, newAttempt);
    const read = isAboutReview(command)
      ? await readReviewInput(trx, { request: command, commandId, key })
      : { command: commandOf(command, newAttempt) };
    if ('refused' in read) return { kind: 'refused', ...read.refused };
    this.cause = causeOf(command, read.provider);
    const gate = await gateRefusal(trx, key, read.command, rows);
    if (gate !== null) return this.refuse(gate, newAttempt);
    const about = { command, archived: read.review?.archived ?? null, userId: key.userId, now };
    const context = buildDecisionContext(rows, { ...about, ...hand, providers: this.options.providers });
    const decision = transition({ ...context, review: read.review }, read.command);
    switch (decision.kind) {
      case 'refused':
        return this.refuse(decision, newAttempt);
      case 'ask':
        return this.storeQuestion(decision.question, newAttempt);
      case 'unchanged':
        return this.recordUnchanged();
      case 'accepted':
        return this.write(decision);
    }
  }

  private refuse(refusal: CommandRefusal, unused: NewAttempt): Promise<DeciderResult> {
    const { trx, input, hand, now, options, locked } = this;
    return refuseCommand(trx, refusal, { ...locked, input, hand, now, unused, leaseMs: options.leaseMs });
  }

  private async storeQuestion(asked: Question, given: NewAttempt): Promise<DeciderResult> {
    const { now } = this;
    const { key, commandId, command } = this.input;
    const { question, newAttempt } = questionToAsk(asked, given, this.hand);
    await storeIntent(this.trx, { commandId, type: command.type, key, newAttempt, question, now });
    return { kind: 'ask', question: question.kind };
  }

  /**
   * Nothing to do is an outcome too: the same id may not mean something later, and a cascade's sender waits for
   * it. Only a timer that fired early must be able to fire again.
   */
  private async recordUnchanged(): Promise<DeciderResult> {
    const { rows, now } = this;
    const state = { ...stateAfter(rows, this.input.key, { writes: [], effects: [], now }), due: [] };
    const command = this.applied(rows.attempt?.id ?? null, state.attempt);
    if (command.type !== 'timeOut') await applied.storeAppliedCommand(this.trx, command);
    return { kind: 'applied', state, effects: [] };
  }

  /** The answer is known before anything is written, so that the command's row shares one batch with COMMIT. */
  private async write(decision: Of<'accepted'>): Promise<DeciderResult> {
    const { trx, rows, now } = this;
    const { key: owner, confirmedVersion, command, nowMs } = this.input;
    const planned = planEffects(decision.effects);
    const changes = { writes: decision.writes, effects: planned, now };
    const expected = stateAfter(rows, owner, changes);
    const answer = viewAfter(rows, owner, changes, decision.attemptId);
    const isThere = expected.attempt !== null;
    const lease = { leaseMs: this.options.leaseMs };
    const { courseId } = rows.course;
    const about = { lease, owner, courseId, fullName: rows.learner?.fullName ?? '', confirmedVersion };
    const done = this.applied(decision.attemptId, answer ?? expected.attempt, decision.writes);
    const followUp = isThere ? [applied.appliedCommandStatement(done)] : [];
    const commit = isThere && !('inboxId' in command);
    const toApply = { decision, effects: planned, now, ...about, deadlineAt: deadlinesFor(rows, nowMs) };
    const effects = await applyDecision(trx, toApply, { followUp, commit });
    const state = await orRemovedAttempt(trx, this.input, { ...expected, due: dueAmong(effects) });
    if (!isThere) await applied.storeAppliedCommand(trx, { ...done, result: answer ?? state.attempt });
    return { kind: 'applied', state, effects, ...(answer ? { answer } : {}) };
  }

  private applied(id: string | null, result: AttemptView | null, writes?: AttemptWrite[]): applied.AppliedCommand {
    const { now, cause } = this;
    return appliedCommandOf(this.input, { attemptId: id, result, writes, now, cause });
  }
}
