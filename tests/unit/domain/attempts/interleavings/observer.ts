import type { Command } from '../../../../../domain/attempts/commands';
import type { Decision } from '../../../../../domain/attempts/decision';
import type { Attempt, Exam } from '../../../../../domain/attempts/model';
import type { RuleSet } from '../../../../../domain/attempts/rule-sets';
import { creditFor, maySend } from '../../../../support/credit-rules';
import { learnerExamKey } from './outside-queue';

/** A command that was decided, and the live rows before and after it. */
export interface ObservedCommand {
  command: Command;
  decision: Decision;
  exam: Exam;
  userId: string;
  subject: Attempt | null;
  before: readonly Attempt[];
  after: readonly Attempt[];
}

/** Commands by which an attempt enters a status, be it the one it has. */
const ENTERING = ['changeStatus', 'timeOut', 'declineByCascade', 'providerReady', 'review', 'setReview'];

/**
 * Looks at rows only and knows by itself what they must lead to: which statuses the archive must show of each attempt, and
 * what credit status must be sent (docs/effects.md). Nothing here uses the rules under test.
 */
export class Observer {
  /** Every status each attempt has left, in order. */
  readonly left = new Map<string, string[]>();
  readonly credit = new Map<string, string>();
  readonly numbers: string[] = [];

  constructor(private readonly rules: RuleSet) {}

  look(observed: ObservedCommand): void {
    if (observed.decision.kind !== 'accepted') return;
    const rows = new Map(observed.after.map((row) => [row.id, row]));
    for (const row of observed.after) if (!observed.before.some(({ id }) => id === row.id)) this.born(row);
    for (const was of observed.before) this.moved(was, rows.get(was.id), observed);
    this.reported(observed);
  }

  private born({ id, examId, userId, number, status, startedAt }: Attempt): void {
    this.numbers.push(`${learnerExamKey(examId, userId)}|${number}`);
    const passed = status === 'started' || startedAt !== null || status === 'declined';
    this.left.set(id, passed ? ['created'] : []);
  }

  private moved(was: Attempt, now: Attempt | undefined, observed: ObservedCommand): void {
    const left = this.left.get(was.id) ?? [];
    this.left.set(was.id, left);
    const last = now?.status ?? lastStatus(was, observed);
    if (last !== was.status) left.push(was.status);
    if (now === undefined) left.push(last);
  }

  private reported(observed: ObservedCommand): void {
    const { command, exam, userId, subject, before, after } = observed;
    const mine = after.filter((row) => row.examId === exam.id && row.userId === userId);
    for (const was of before.filter(({ id }) => !after.some((row) => row.id === id))) {
      const said = this.statusInCredit(lastStatus(was, observed));
      if (said !== undefined) this.credit.delete(learnerExamKey(was.examId, was.userId));
    }
    const entered = this.entered(command, subject, before, mine);
    if (entered === undefined) return;
    const creditStatus = this.statusInCredit(entered.status);
    const others = mine.filter(({ id }) => id !== entered.id).map(({ status }) => status);
    if (creditStatus && (exam.isPracticeExam || maySend(entered.status, others))) {
      this.credit.set(learnerExamKey(exam.id, userId), creditStatus);
    }
  }

  private entered(
    command: Command,
    subject: Attempt | null,
    before: readonly Attempt[],
    mine: readonly Attempt[],
  ): Attempt | undefined {
    const born = mine.find((row) => !before.some(({ id }) => id === row.id));
    if (born) return born;
    const acts = command.type === 'act' && !['reset_attempt', 'mark_ready_to_resume'].includes(command.action);
    if (!acts && !ENTERING.includes(command.type)) return undefined;
    const was = before.find(({ id }) => id === subject?.id);
    const now = mine.find(({ id }) => id === subject?.id);
    return now && now.version !== was?.version ? now : undefined;
  }

  statusInCredit(status: string): string | undefined {
    return creditFor(status, this.rules.name);
  }
}

/** Of an attempt that went away: one that a change of its status cleared away had entered that status before. */
function lastStatus({ id, status }: Attempt, { command, subject }: ObservedCommand): string {
  return id === subject?.id && command.type === 'changeStatus' ? command.to : status;
}
