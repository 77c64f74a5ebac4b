import fc from 'fast-check';
import { ATTEMPT_ACTIONS, type AttemptAction, type Command } from '../../../../../domain/attempts/commands';
import type { Answers } from '../../../../../domain/attempts/decision';
import type { Attempt, Exam } from '../../../../../domain/attempts/model';
import {
  REVIEW_PROTOCOLS,
  type ReviewProtocol,
  type Verdict,
  VERDICTS,
} from '../../../../../domain/attempts/reviews/payload';
import { ATTEMPT_STATUSES } from '../../../../../domain/attempts/statuses';
import type { Addressed, InterleavingModel } from './model';

/** One action; `pick` chooses among what exists when the action is carried out. */
export type InterleavingStep =
  | { do: 'create'; user: string; exam: number; takingAsProctored: boolean; start: boolean; byLearner: boolean }
  | { do: 'change'; pick: number; to: string; cascade: boolean }
  | { do: 'act'; pick: number; action: AttemptAction; actor: 'learner' | 'staff' }
  | { do: 'remove'; pick: number; requireProviderRemoval: boolean }
  | { do: 'review'; pick: number; ofArchived: boolean; channel: ReviewProtocol; verdict: Verdict; trusted: boolean }
  | { do: 'look'; pick: number; verdict: Verdict }
  | { do: 'ready' | 'early'; pick: number }
  | { do: 'answer'; pick: number; answers: Required<Answers> }
  | { do: 'perform'; pick: number; twice: boolean }
  | { do: 'pass'; minutes: number }
  | { do: 'publish'; exam: number; change: Partial<Exam> };

const pick = fc.nat(11);
const user = fc.constantFrom('u1', 'u2');
const exam = fc.constantFrom(1, 2, 3, 4, 5);
const verdict = fc.constantFrom(...VERDICTS);
const usual = fc.constantFrom('started', 'submitted', 'verified', 'rejected', 'declined', 'error', 'timed_out');
const actor = fc.constantFrom('learner' as const, 'staff' as const);

const answers: fc.Arbitrary<Required<Answers>> = fc.record({
  registration: fc.oneof(
    { weight: 4, arbitrary: fc.constant({ outcome: 'registered' as const, externalId: 'given' }) },
    { weight: 1, arbitrary: fc.constant({ outcome: 'refused' as const, detail: 'no' }) },
    { weight: 1, arbitrary: fc.constant({ outcome: 'onboarding' as const, status: 'onboarding_missing' as const }) },
  ),
  removal: fc.constantFrom('removed' as const, 'removed' as const, 'failed' as const),
  gradeOverrideOnRejection: fc.boolean(),
});

const change: fc.Arbitrary<Partial<Exam>> = fc.oneof(
  fc.record({ isActive: fc.boolean(), isProctored: fc.boolean() }),
  fc.record({ timeLimitMins: fc.constantFrom(30, 60, 90) }),
  fc.constantFrom({ dueDate: null }, { dueDate: new Date('2026-03-02T11:00:00Z') }),
);

const kind = <T extends string>(name: T): fc.Arbitrary<T> => fc.constant(name);

/** Up to forty things; creations, changes and deliveries more often than the rest. */
export const steps: fc.Arbitrary<InterleavingStep[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        do: kind('create'),
        user,
        exam,
        takingAsProctored: fc.boolean(),
        start: fc.boolean(),
        byLearner: fc.boolean(),
      }),
    },
    { weight: 5, arbitrary: fc.record({ do: kind('change'), pick, to: usual, cascade: fc.constant(true) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: kind('change'),
        pick,
        cascade: fc.boolean(),
        to: fc.constantFrom(...ATTEMPT_STATUSES),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: kind('act'), pick, action: fc.constantFrom(...ATTEMPT_ACTIONS), actor }) },
    { weight: 2, arbitrary: fc.record({ do: kind('remove'), pick, requireProviderRemoval: fc.boolean() }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: kind('review'),
        pick,
        verdict,
        channel: fc.constantFrom(...REVIEW_PROTOCOLS),
        ofArchived: fc.boolean(),
        trusted: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: kind('look'), pick, verdict }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('ready' as const, 'early' as const), pick }) },
    { weight: 5, arbitrary: fc.record({ do: kind('answer'), pick, answers }) },
    { weight: 6, arbitrary: fc.record({ do: kind('perform'), pick, twice: fc.boolean() }) },
    { weight: 2, arbitrary: fc.record({ do: kind('pass'), minutes: fc.nat(90) }) },
    { weight: 1, arbitrary: fc.record({ do: kind('publish'), exam, change }) },
  ),
  { minLength: 5, maxLength: 40, size: 'max' },
);

/** Everything that was begun is brought to its end: questions answered, effects done, cascades over. */
export function finishAll(model: InterleavingModel): void {
  const yes: Answers = {
    registration: { outcome: 'registered', externalId: 'given' },
    removal: 'removed',
    gradeOverrideOnRejection: true,
  };
  while (model.waiting.length > 0 || model.outside.ready().length > 0) {
    model.answer(0, yes);
    for (const effect of model.outside.ready()) model.perform(effect, false);
  }
}

export function take(model: InterleavingModel, step: InterleavingStep): void {
  switch (step.do) {
    case 'create': {
      const { user: userId, exam: examId, do: _, ...rest } = step;
      return model.run({
        examId,
        userId,
        attemptId: null,
        command: (newAttempt) => ({ type: 'create', newAttempt, ...rest }),
      });
    }
    case 'answer':
      return model.answer(step.pick % Math.max(1, model.waiting.length), step.answers);
    case 'perform': {
      const ready = model.outside.ready();
      const effect = ready[step.pick % Math.max(1, ready.length)];
      return effect && model.perform(effect, step.twice);
    }
    case 'pass':
      model.now = new Date(model.now.getTime() + step.minutes * 60_000);
      return model.timeOuts();
    case 'publish':
      model.exams = model.exams.map((one) => (one.id === step.exam ? { ...one, ...step.change } : one));
      return undefined;
    default:
      return toAttempt(model, step);
  }
}

type OnAttempt = Extract<InterleavingStep, { do: 'change' | 'act' | 'remove' | 'review' | 'look' | 'ready' | 'early' }>;

function toAttempt(model: InterleavingModel, step: OnAttempt): void {
  const among = step.do === 'review' && step.ofArchived ? model.archive : model.attempts;
  const attempt = among[step.pick % Math.max(1, among.length)];
  if (!attempt) return;
  const { id: attemptId, examId, userId } = attempt;
  model.run({ examId, userId, attemptId, command: commandTo(step, attempt, model) });
}

function commandTo(step: OnAttempt, attempt: Attempt, hall: InterleavingModel): Addressed['command'] {
  const one =
    (command: Command): Addressed['command'] =>
    () =>
      command;
  switch (step.do) {
    case 'change':
      return one({ type: 'changeStatus', to: step.to, cascade: step.cascade });
    case 'act':
      return (newAttempt) => ({ type: 'act', action: step.action, actor: step.actor, newAttempt });
    case 'remove':
      return one({ type: 'remove', requireProviderRemoval: step.requireProviderRemoval });
    case 'review':
      return one(reviewOf(step, attempt, hall));
    case 'look': {
      const reviewId = hall.reviewOf(attempt.code)?.reviewId ?? 'none';
      return one({ type: 'setReview', reviewId, reviewStatus: step.verdict, requestedBy: 'staff' });
    }
    case 'ready':
      return one({ type: 'providerReady' });
    case 'early':
      return one({ type: 'timeOut' });
  }
}

let callbacks = 0;

function reviewOf(
  step: Extract<InterleavingStep, { do: 'review' }>,
  { code, externalId }: Attempt,
  model: InterleavingModel,
): Command {
  callbacks += 1;
  const { channel, verdict: given, trusted } = step;
  const provider = model.exams[0]?.effectiveProvider ?? '';
  const content = { comments: [], videoUrl: null, reviewedBy: null, rawData: {} };
  const review = {
    protocol: channel,
    missingFields: [],
    attemptCode: code,
    externalId: externalId ?? '',
    verdict: given,
    ...content,
  };
  return { type: 'review', payload: review, provider, inboxId: String(callbacks), trusted };
}
