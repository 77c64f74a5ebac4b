import type { Knex } from 'knex';
import type {
  AttemptActivities,
  CommandRequest,
  DecideInput,
  DecideResult,
  ReviewRequest,
} from '../../contracts/attempts/activities';
import type { AttemptState, AttemptView } from '../../contracts/attempts/messages';
import { ProviderRules } from '../../config/provider-rules';
import { applyDecision } from '../../db/attempts/apply-decision';
import { findByKey } from '../../db/attempts/views';
import {
  type AppliedCommand,
  appliedStop,
  type CommandRow,
  dropIntent,
  storeApplied,
  storeIntent,
} from '../../db/attempts/commands';
import { planEffects } from '../../db/effects/drafts';
import { settleCallback } from '../../db/attempts/reviews/inbox';
import type { DecisionToApply, DueOutside } from '../../db/attempts/store-outcome';
import { openDecision, type WorldRows } from '../../db/attempts/decision-context';
import type { Decision } from '../../domain/attempts/decision';
import type { NewAttempt } from '../../domain/attempts/model';
import { transition } from '../../domain/attempts/transition';
import { commandOf, newAttemptFor } from './command';
import type { Dependencies } from './dependencies';
import { FirstTry, type Tried } from './first-try';
import { reviewInput } from './review-input';
import { dueAmong, stateAfter, viewAfter, worldOf } from './decision-context';

type Accepted = Extract<Decision, { kind: 'accepted' }>;
type Judged =
  | Exclude<DecideResult, { kind: 'applied' }>
  | { kind: 'applied'; state: AttemptState; answer?: AttemptView; effects: DueOutside[] };

/**
 * The fused activity (DESIGN.md 3): under the learner's lock, look the command up, judge it against the locked rows and
 * write everything it means in one transaction; then give its effects a first, short try. Called twice with the same
 * command id it changes nothing the second time and gives the same answer.
 */
export function decideActivity(dependencies: Dependencies): Pick<AttemptActivities, 'decide'> {
  const providers = new ProviderRules(dependencies.providers, dependencies.reviewSlaMs);
  const firstTry = new FirstTry(dependencies);
  const { knex, effectLeaseMs } = dependencies;
  return {
    async decide(input) {
      const judged = await knex.transaction((trx) => new Judge(trx, providers, effectLeaseMs, input).judge());
      if (judged.kind !== 'applied') return judged;
      const { effects, state, ...rest } = judged;
      const tried = await firstTry.of(effects);
      return { ...rest, state: afterFirstTry(state, tried) };
    },
  };
}

interface Circumstances {
  rows: WorldRows;
  newAttempt: NewAttempt;
  now: Date;
  /** Something was asked outside for this command. */
  asked: boolean;
}

/** One command in one transaction. */
class Judge {
  constructor(
    private readonly trx: Knex.Transaction,
    private readonly providers: ProviderRules,
    private readonly leaseMs: number,
    private readonly input: DecideInput,
  ) {}

  async judge(): Promise<Judged> {
    const { key, commandId } = this.input;
    const { stored, rows } = await openDecision(this.trx, key, commandId);
    if (stored?.state === 'applied') return replay(stored, rows);
    if (!rows) return { kind: 'refused', code: 'exam-not-found', detail: `There is no exam ${key.examId}.` };
    const judged = await this.judgeNew(stored, rows);
    await this.settleInbox(judged);
    return judged;
  }

  private async judgeNew(stored: CommandRow | undefined, rows: WorldRows): Promise<Judged> {
    const { key, command } = this.input;
    const newAttempt = await newAttemptFor(this.trx, command, key, stored?.newAttempt);
    const world = worldOf(rows, key.userId, this.providers, {
      nowMs: this.input.nowMs,
      answers: stored?.answers ?? {},
    });
    const input = isAboutReview(command)
      ? await reviewInput(this.trx, command, key)
      : { command: commandOf(command, newAttempt) };
    if ('refused' in input) return { kind: 'refused', ...input.refused };
    const decision = transition({ ...world, ...(input.review ? { review: input.review } : {}) }, input.command);
    return this.conclude(decision, { rows, newAttempt, now: world.now, asked: stored !== undefined });
  }

  /** What came in through the inbox is settled with the decision, in the same transaction. */
  private async settleInbox(judged: Judged): Promise<void> {
    const { command, nowMs } = this.input;
    if (!('inboxId' in command) || judged.kind === 'ask') return;
    const outcome =
      judged.kind === 'refused'
        ? ({ state: 'refused', reason: judged.code } as const)
        : ({ state: 'applied' } as const);
    await settleCallback(this.trx, command.inboxId, outcome, new Date(nowMs));
  }

  private async conclude(decision: Decision, { rows, newAttempt, now, asked }: Circumstances): Promise<Judged> {
    switch (decision.kind) {
      case 'refused':
        return this.refuse(decision, rows, asked);
      case 'ask':
        return this.askFirst(decision, newAttempt, now);
      case 'unchanged':
        return this.leave(rows, now);
      case 'accepted':
        return this.write(decision, rows, now);
    }
  }

  /** A refusal leaves nothing behind, not even the answers it was judged by: the same key may ask again. */
  private async refuse(
    { code, detail }: Extract<Decision, { kind: 'refused' }>,
    rows: WorldRows,
    asked: boolean,
  ): Promise<Judged> {
    if (asked) await dropIntent(this.trx, this.input.commandId);
    const inTheWay =
      code === 'attempt-already-exists' ? (rows.attempt ?? rows.others.find((other) => other.isCurrent)) : null;
    return { kind: 'refused', code, detail, ...(inTheWay ? { attemptCode: inTheWay.code } : {}) };
  }

  private async askFirst(
    { question }: Extract<Decision, { kind: 'ask' }>,
    newAttempt: NewAttempt,
    now: Date,
  ): Promise<Judged> {
    const { key, commandId, command } = this.input;
    await storeIntent(this.trx, { commandId, type: command.type, key, newAttempt, question, now });
    return { kind: 'ask', question: question.kind };
  }

  /**
   * Nothing to do, which is an outcome as well: the same id may not mean something later, and a cascade's sender waits for
   * it. Only a deadline that rang early has to be able to ring again.
   */
  private async leave(rows: WorldRows, now: Date): Promise<Judged> {
    const state: AttemptState = { ...stateAfter(rows, this.input.key, { writes: [], effects: [], now }), due: [] };
    if (this.input.command.type !== 'timeOut') {
      await storeApplied(this.trx, this.applied(rows.attempt?.id ?? null, state.attempt, now));
    }
    return { kind: 'applied', state, effects: [] };
  }

  /** The answer is known before anything is written, so that the command's row can travel with the rest and the COMMIT. */
  private async write(decision: Accepted, rows: WorldRows, now: Date): Promise<Judged> {
    const { key, command } = this.input;
    const toApply = this.toApply(decision, rows, now);
    const changes = { writes: decision.writes, effects: toApply.effects, now };
    const expected = stateAfter(rows, key, changes);
    const answer = viewAfter(rows, key, changes, decision.attemptId);
    const isThere = expected.attempt !== null;
    const also = isThere ? [appliedStop(this.applied(decision.attemptId, answer ?? expected.attempt, now))] : [];
    const effects = await applyDecision(this.trx, toApply, { also, last: isThere && !('inboxId' in command) });
    const state = await this.orRemoved({ ...expected, due: dueAmong(effects) });
    if (!isThere) await storeApplied(this.trx, this.applied(decision.attemptId, answer ?? state.attempt, now));
    return { kind: 'applied', state, effects, ...(answer ? { answer } : {}) };
  }

  private toApply(decision: Accepted, rows: WorldRows, now: Date): DecisionToApply {
    const { key, confirmedVersion } = this.input;
    return {
      decision,
      effects: planEffects(decision.effects),
      now,
      owner: key,
      courseId: rows.course.courseId,
      confirmedVersion,
      studentName: rows.learner?.fullName ?? '',
      claim: { leaseMs: this.leaseMs },
    };
  }

  private applied(attemptId: string | null, result: AttemptView | null, now: Date): AppliedCommand {
    const { key, commandId, command } = this.input;
    return { commandId, type: command.type, key, attemptId, result, now };
  }

  /** A review may be about an attempt that was removed: then the state is the attempt as it was. */
  private async orRemoved(state: AttemptState): Promise<AttemptState> {
    if (state.attempt !== null) return state;
    const { key, nowMs } = this.input;
    const view = (await findByKey(this.trx, key, new Date(nowMs)))?.view;
    return view ? { ...state, attempt: view, version: view.version } : state;
  }
}

/** The inbox or the reviews' tables say what such a command is about. */
function isAboutReview(command: CommandRequest): command is ReviewRequest {
  return command.type === 'review' || command.type === 'providerReady' || command.type === 'setReview';
}

/** What the caller was told, with the effects that are still to be done by now. */
function replay(stored: CommandRow, rows: WorldRows | undefined): Judged {
  if (!stored.result) {
    return { kind: 'refused', code: 'attempt-not-found', detail: 'The command was judged before and changed nothing.' };
  }
  const told = stored.result as AttemptView;
  const isTold = rows?.attempt?.id === told.attemptId;
  return { kind: 'replayed', answer: isTold ? { ...told, pendingEffects: rows.pendingEffects } : told };
}

/** Effects that ended within their first try are no longer due. */
function afterFirstTry(state: AttemptState, { ended, waits }: Tried): AttemptState {
  const due = state.due
    .filter(({ effectId }) => !ended.has(effectId))
    .map((effect) => ({ ...effect, ...waits.get(effect.effectId) }));
  if (!state.attempt) return { ...state, due };
  const pendingEffects = Math.max(0, state.attempt.pendingEffects - ended.size);
  return { ...state, due, attempt: { ...state.attempt, pendingEffects } };
}
