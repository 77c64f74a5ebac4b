import type { Knex } from 'knex';
import type { ProviderRules } from '../../config/provider-rules';
import type { DecideInput, DecideResult } from '../../contracts/attempts/activities';
import type { AttemptState, AttemptView } from '../../contracts/attempts/messages';
import { applyDecision } from '../../db/attempts/apply-decision';
import * as commands from '../../db/attempts/commands';
import { readDecisionContext, type DecisionContextRows } from '../../db/attempts/decision-context';
import { findByKey } from '../../db/attempts/find';
import { markCallback } from '../../db/attempts/reviews/inbox';
import { planEffects } from '../../db/effects/drafts';
import type { Question } from '../../domain/attempts/decision';
import type { NewAttempt } from '../../domain/attempts/model';
import { transition } from '../../domain/attempts/transition';
import { commandOf, newAttemptFor } from './command';
import { type DeciderResult, type Of, replay } from './decider-result';
import { buildDecisionContext, deadlinesFor, dueAmong, stateAfter, viewAfter } from './decision-context';
import { gateRefusal } from './qualification-gate';
import { isAboutReview, readReviewInput } from './review-input';

type Refusal = Pick<Extract<DecideResult, { kind: 'refused' }>, 'code' | 'detail' | 'reason'>;

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
  const { storedCommand: stored, rows } = await readDecisionContext(trx, key, commandId);
  if (stored?.state === 'applied') return replay(stored, rows);
  if (!rows) return { kind: 'refused', code: 'exam-not-found', detail: `There is no exam ${key.examId}.` };
  const result = await new Decider(trx, input, options, rows, stored).decide();
  const reason = result.kind === 'refused' ? result.code : null;
  if ('inboxId' in command && result.kind !== 'ask') await markCallback(trx, command.inboxId, reason, new Date(nowMs));
  return result;
}

/** One new command, or one whose question was answered. */
class Decider {
  constructor(
    private readonly trx: Knex.Transaction,
    private readonly input: DecideInput,
    private readonly options: DeciderOptions,
    private readonly rows: DecisionContextRows,
    /** Where an intent is stored for this command. */
    private readonly stored: commands.CommandRow | undefined,
  ) {}

  async decide(): Promise<DeciderResult> {
    const { trx, rows, stored } = this;
    const { key, command, nowMs } = this.input;
    const newAttempt = await newAttemptFor(trx, command, key, stored?.newAttempt);
    const at = { nowMs, answers: stored?.answers ?? {} };
    const context = buildDecisionContext(rows, key.userId, this.options.providers, at);
    const read = isAboutReview(command)
      ? await readReviewInput(trx, command, key)
      : { command: commandOf(command, newAttempt), review: undefined };
    if ('refused' in read) return { kind: 'refused', ...read.refused };
    const gate = await gateRefusal(trx, key, read.command, rows);
    if (gate !== null) return this.refuse(gate);
    const decision = transition({ ...context, review: read.review }, read.command);
    switch (decision.kind) {
      case 'refused':
        return this.refuse(decision);
      case 'ask':
        return this.storeQuestion(decision.question, newAttempt, context.now);
      case 'unchanged':
        return this.recordUnchanged(context.now);
      case 'accepted':
        return this.write(decision, context.now);
    }
  }

  /** A refusal stores nothing and drops the answers it used: the same key may be sent again. */
  private async refuse({ code, detail, reason }: Refusal): Promise<DeciderResult> {
    const { attempt, others } = this.rows;
    if (this.stored) await commands.dropIntent(this.trx, this.input.commandId);
    const inTheWay = code === 'attempt-already-exists' ? (attempt ?? others.find((other) => other.isCurrent)) : null;
    const extras = { ...(inTheWay ? { attemptCode: inTheWay.code } : {}), ...(reason ? { reason } : {}) };
    return { kind: 'refused', code, detail, ...extras };
  }

  private async storeQuestion(question: Question, newAttempt: NewAttempt, now: Date): Promise<DeciderResult> {
    const { key, commandId, command } = this.input;
    await commands.storeIntent(this.trx, { commandId, type: command.type, key, newAttempt, question, now });
    return { kind: 'ask', question: question.kind };
  }

  /**
   * Nothing to do is an outcome too: the same id may not mean something later, and a cascade's sender waits for
   * it. Only a timer that fired early must be able to fire again.
   */
  private async recordUnchanged(now: Date): Promise<DeciderResult> {
    const { rows } = this;
    const state = { ...stateAfter(rows, this.input.key, { writes: [], effects: [], now }), due: [] };
    const command = this.applied(rows.attempt?.id ?? null, state.attempt, now);
    if (command.type !== 'timeOut') await commands.storeAppliedCommand(this.trx, command);
    return { kind: 'applied', state, effects: [] };
  }

  /** The answer is known before anything is written, so that the command's row shares one batch with COMMIT. */
  private async write(decision: Of<'accepted'>, now: Date): Promise<DeciderResult> {
    const { trx, rows } = this;
    const { key: owner, confirmedVersion, command, nowMs } = this.input;
    const { course, learner } = rows;
    const planned = planEffects(decision.effects);
    const changes = { writes: decision.writes, effects: planned, now };
    const expected = stateAfter(rows, owner, changes);
    const answer = viewAfter(rows, owner, changes, decision.attemptId);
    const isThere = expected.attempt !== null;
    const about = { owner, courseId: course.courseId, fullName: learner?.fullName ?? '', confirmedVersion };
    const lease = { leaseMs: this.options.leaseMs };
    const applied = this.applied(decision.attemptId, answer ?? expected.attempt, now);
    const followUp = isThere ? [commands.appliedCommandStatement(applied)] : [];
    const commit = isThere && !('inboxId' in command);
    const toApply = { decision, effects: planned, now, ...about, lease, deadlineAt: deadlinesFor(rows, nowMs) };
    const effects = await applyDecision(trx, toApply, { followUp, commit });
    const state = await this.orRemovedAttempt({ ...expected, due: dueAmong(effects) });
    if (!isThere) await commands.storeAppliedCommand(trx, { ...applied, result: answer ?? state.attempt });
    return { kind: 'applied', state, effects, ...(answer ? { answer } : {}) };
  }

  private applied(attemptId: string | null, result: AttemptView | null, now: Date): commands.AppliedCommand {
    const { key, commandId, command } = this.input;
    return { commandId, type: command.type, key, attemptId, result, now };
  }

  /** A review may be about an attempt that was removed: then the state is the attempt as it was. */
  private async orRemovedAttempt(state: AttemptState): Promise<AttemptState> {
    if (state.attempt !== null) return state;
    const { key, nowMs } = this.input;
    const view = (await findByKey(this.trx, key, new Date(nowMs)))?.view;
    return view ? { ...state, attempt: view, version: view.version } : state;
  }
}
