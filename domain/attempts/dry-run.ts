import type { Command } from './commands';
import type { Answers, Decision, DecisionContext, DecisionErrorCode, Question } from './decision';
import type { EffectDraft } from './effects';
import type { AttemptStatus } from './statuses';
import { transition } from './transition';

/** What a command would do if it came now. */
export interface TriedCommand {
  allowed: boolean;
  /** False: the attempt is as asked already. */
  changes: boolean;
  /** The status after it, which may be another one than was asked for; null when it is refused or the attempt goes. */
  becomes: AttemptStatus | null;
  effects: EffectDraft[];
  /** Answers it would need of others; that they are the favourable ones is taken for granted. */
  asks: Question['kind'][];
  refused: { code: DecisionErrorCode; detail: string } | null;
}

const NOTHING: TriedCommand = { allowed: false, changes: false, becomes: null, effects: [], asks: [], refused: null };

/** Decides a command by the rules and writes nothing. Pure, as `transition` is. */
export function dryRun(context: DecisionContext, command: Command): TriedCommand {
  const asks: Question['kind'][] = [];
  let answers = context.answers;
  for (;;) {
    const decision = transition({ ...context, answers }, command);
    if (decision.kind !== 'ask') return outcomeOf(context, decision, asks);
    const { kind } = decision.question;
    if (asks.includes(kind)) throw new Error(`The rules asked for ${kind} twice.`);
    asks.push(kind);
    answers = { ...answers, ...FAVOURABLE[kind] };
  }
}

const FAVOURABLE: Record<Question['kind'], Answers> = {
  registration: { registration: { outcome: 'registered', externalId: 'dry-run' } },
  removal: { removal: 'removed' },
  gradeOverrideOnRejection: { gradeOverrideOnRejection: true },
};

function outcomeOf(
  { attempt }: DecisionContext,
  decision: Exclude<Decision, { kind: 'ask' }>,
  asks: Question['kind'][],
): TriedCommand {
  switch (decision.kind) {
    case 'refused': {
      const { code, detail } = decision;
      return { ...NOTHING, asks, refused: { code, detail } };
    }
    case 'unchanged':
      return { ...NOTHING, allowed: true, becomes: attempt?.status ?? null, asks };
    case 'accepted': {
      const { writes, effects, attemptId } = decision;
      const own = writes.findLast((write) => (write.do === 'save' ? write.after : write.attempt).id === attemptId);
      const becomes = !own || own.do === 'remove' ? null : (own.do === 'save' ? own.after : own.attempt).status;
      return { allowed: true, changes: true, becomes, effects, asks, refused: null };
    }
  }
}
