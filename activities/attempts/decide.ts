import type { Knex } from 'knex';
import { ProviderRules } from '../../config/provider-rules';
import type {
  AttemptActivities,
  CommandRequest,
  DecideInput,
  DecideResult,
  ReviewRequest,
} from '../../contracts/attempts/activities';
import type { AttemptState, AttemptView } from '../../contracts/attempts/messages';
import { applyDecision } from '../../db/attempts/apply-decision';
import type { DecisionToApply, DecidedEffect } from '../../db/attempts/archive-and-effects';
import {
  type AppliedCommand,
  appliedCommandStatement,
  type CommandRow,
  dropIntent,
  storeAppliedCommand,
  storeIntent,
} from '../../db/attempts/commands';
import { readDecisionContext, type DecisionContextRows } from '../../db/attempts/decision-context';
import { findByKey } from '../../db/attempts/find';
import { markCallback } from '../../db/attempts/reviews/inbox';
import { planEffects } from '../../db/effects/drafts';
import type { Decision } from '../../domain/attempts/decision';
import type { NewAttempt } from '../../domain/attempts/model';
import { transition } from '../../domain/attempts/transition';
import { commandOf, newAttemptFor } from './command';
import { dueAmong, stateAfter, viewAfter, buildDecisionContext } from './decision-context';
import type { Dependencies } from './dependencies';
import { FirstTry, type FirstTryResult } from './first-try';
import { readReviewInput } from './review-input';

type Accepted = Extract<Decision, { kind: 'accepted' }>;
type DeciderResult =
  | Exclude<DecideResult, { kind: 'applied' }>
  | { kind: 'applied'; state: AttemptState; answer?: AttemptView; effects: DecidedEffect[] };

/**
 * The fused activity (DESIGN.md 3): under the learner's lock, look the command up, decide it by the locked rows and
 * write everything it means in one transaction; then give its effects a first, short try. Called twice with the same
 * command id it changes nothing the second time and gives the same answer.
 */
export function decideActivity(dependencies: Dependencies): Pick<AttemptActivities, 'decide'> {
  const providers = new ProviderRules(dependencies.providers, dependencies.reviewSlaMs);
  const firstTry = new FirstTry(dependencies);
  const { knex, effectLeaseMs } = dependencies;
  return {
    async decide(input) {
      const result = await knex.transaction((trx) => new Decider(trx, providers, effectLeaseMs, input).decide());
      if (result.kind !== 'applied') return result;
      const { effects, state, ...rest } = result;
      const firstTryResult = await firstTry.run(effects);
      return { ...rest, state: afterFirstTry(state, firstTryResult) };
    },
  };
}

interface DecisionInput {
  rows: DecisionContextRows;
  newAttempt: NewAttempt;
  now: Date;
  /** An intent is stored for this command. */
  hasIntent: boolean;
}

/** One command in one transaction. */
class Decider {
  constructor(
    private readonly trx: Knex.Transaction,
    private readonly providers: ProviderRules,
    private readonly leaseMs: number,
    private readonly input: DecideInput,
  ) {}

  async decide(): Promise<DeciderResult> {
    const { key, commandId } = this.input;
    const { storedCommand: stored, rows } = await readDecisionContext(this.trx, key, commandId);
    if (stored?.state === 'applied') return replay(stored, rows);
    if (!rows) return { kind: 'refused', code: 'exam-not-found', detail: `There is no exam ${key.examId}.` };
    const result = await this.decideNew(stored, rows);
    await this.markInboxCallback(result);
    return result;
  }

  private async decideNew(stored: CommandRow | undefined, rows: DecisionContextRows): Promise<DeciderResult> {
    const { key, command } = this.input;
    const newAttempt = await newAttemptFor(this.trx, command, key, stored?.newAttempt);
    const context = buildDecisionContext(rows, key.userId, this.providers, {
      nowMs: this.input.nowMs,
      answers: stored?.answers ?? {},
    });
    const input = isAboutReview(command)
      ? await readReviewInput(this.trx, command, key)
      : { command: commandOf(command, newAttempt) };
    if ('refused' in input) return { kind: 'refused', ...input.refused };
    const decision = transition({ ...context, ...(input.review ? { review: input.review } : {}) }, input.command);
    return this.conclude(decision, { rows, newAttempt, now: context.now, hasIntent: stored !== undefined });
  }

  /** The inbox callback is marked with the decision, in the same transaction. */
  private async markInboxCallback(result: DeciderResult): Promise<void> {
    const { command, nowMs } = this.input;
    if (!('inboxId' in command) || result.kind === 'ask') return;
    const outcome =
      result.kind === 'refused'
        ? ({ state: 'refused', reason: result.code } as const)
        : ({ state: 'applied' } as const);
    await markCallback(this.trx, command.inboxId, outcome, new Date(nowMs));
  }

  private async conclude(
    decision: Decision,
    { rows, newAttempt, now, hasIntent }: DecisionInput,
  ): Promise<DeciderResult> {
    switch (decision.kind) {
      case 'refused':
        return this.refuse(decision, rows, hasIntent);
      case 'ask':
        return this.storeQuestion(decision, newAttempt, now);
      case 'unchanged':
        return this.recordUnchanged(rows, now);
      case 'accepted':
        return this.write(decision, rows, now);
    }
  }

  /** A refusal stores nothing and drops the answers it used: the same key may be sent again. */
  private async refuse(
    { code, detail }: Extract<Decision, { kind: 'refused' }>,
    rows: DecisionContextRows,
    hasIntent: boolean,
  ): Promise<DeciderResult> {
    if (hasIntent) await dropIntent(this.trx, this.input.commandId);
    const inTheWay =
      code === 'attempt-already-exists' ? (rows.attempt ?? rows.others.find((other) => other.isCurrent)) : null;
    return { kind: 'refused', code, detail, ...(inTheWay ? { attemptCode: inTheWay.code } : {}) };
  }

  private async storeQuestion(
    { question }: Extract<Decision, { kind: 'ask' }>,
    newAttempt: NewAttempt,
    now: Date,
  ): Promise<DeciderResult> {
    const { key, commandId, command } = this.input;
    await storeIntent(this.trx, { commandId, type: command.type, key, newAttempt, question, now });
    return { kind: 'ask', question: question.kind };
  }

  /**
   * Nothing to do is an outcome too: the same id may not mean something later, and a cascade's sender waits for
   * it. Only a timer that fired early must be able to fire again.
   */
  private async recordUnchanged(rows: DecisionContextRows, now: Date): Promise<DeciderResult> {
    const state: AttemptState = { ...stateAfter(rows, this.input.key, { writes: [], effects: [], now }), due: [] };
    if (this.input.command.type !== 'timeOut') {
      await storeAppliedCommand(this.trx, this.applied(rows.attempt?.id ?? null, state.attempt, now));
    }
    return { kind: 'applied', state, effects: [] };
  }

  /** The answer is known before anything is written, so that the command's row shares one batch with COMMIT. */
  private async write(decision: Accepted, rows: DecisionContextRows, now: Date): Promise<DeciderResult> {
    const { key, command } = this.input;
    const toApply = this.toApply(decision, rows, now);
    const changes = { writes: decision.writes, effects: toApply.effects, now };
    const expected = stateAfter(rows, key, changes);
    const answer = viewAfter(rows, key, changes, decision.attemptId);
    const isThere = expected.attempt !== null;
    const also = isThere
      ? [appliedCommandStatement(this.applied(decision.attemptId, answer ?? expected.attempt, now))]
      : [];
    const effects = await applyDecision(this.trx, toApply, {
      followUp: also,
      commit: isThere && !('inboxId' in command),
    });
    const state = await this.orRemovedAttempt({ ...expected, due: dueAmong(effects) });
    if (!isThere) await storeAppliedCommand(this.trx, this.applied(decision.attemptId, answer ?? state.attempt, now));
    return { kind: 'applied', state, effects, ...(answer ? { answer } : {}) };
  }

  private toApply(decision: Accepted, rows: DecisionContextRows, now: Date): DecisionToApply {
    const { key, confirmedVersion } = this.input;
    return {
      decision,
      effects: planEffects(decision.effects),
      now,
      owner: key,
      courseId: rows.course.courseId,
      confirmedVersion,
      studentName: rows.learner?.fullName ?? '',
      lease: { leaseMs: this.leaseMs },
    };
  }

  private applied(attemptId: string | null, result: AttemptView | null, now: Date): AppliedCommand {
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

/** Such a command's content is in the inbox or the reviews' tables. */
function isAboutReview(command: CommandRequest): command is ReviewRequest {
  return command.type === 'review' || command.type === 'providerReady' || command.type === 'setReview';
}

/** The stored answer, with the number of effects still pending now. */
function replay(stored: CommandRow, rows: DecisionContextRows | undefined): DeciderResult {
  if (!stored.result) {
    return {
      kind: 'refused',
      code: 'attempt-not-found',
      detail: 'The command was decided before and changed nothing.',
    };
  }
  const storedAnswer = stored.result as AttemptView;
  const isSameAttempt = rows?.attempt?.id === storedAnswer.attemptId;
  return {
    kind: 'replayed',
    answer: isSameAttempt ? { ...storedAnswer, pendingEffects: rows.pendingEffects } : storedAnswer,
  };
}

/** Effects that ended within their first try are no longer due. */
function afterFirstTry(state: AttemptState, { finished, postponed }: FirstTryResult): AttemptState {
  const due = state.due
    .filter(({ effectId }) => !finished.has(effectId))
    .map((effect) => ({ ...effect, ...postponed.get(effect.effectId) }));
  if (!state.attempt) return { ...state, due };
  const pendingEffects = Math.max(0, state.attempt.pendingEffects - finished.size);
  return { ...state, due, attempt: { ...state.attempt, pendingEffects } };
}
