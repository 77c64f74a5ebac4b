import type { DecisionContext } from '../../../../domain/attempts/decision';
import type { Attempt, AttemptedExam, Exam, NewAttempt } from '../../../../domain/attempts/model';
import { current } from '../../../../domain/attempts/rule-sets';
import { goldenAttempt, goldenExam, goldenProviderOf } from '../../../golden/rows';

export const NOW = new Date('2026-03-02T09:00:00Z');

export const EXAM_KINDS = {
  proctored: { is_proctored: true, is_practice_exam: false, backend: 'software_secure' },
  onboarding: { is_proctored: true, is_practice_exam: true, backend: 'rest' },
  timed: { is_proctored: false, is_practice_exam: false, backend: 'software_secure' },
} as const;

export const NEXT: NewAttempt = { id: 'a9', code: 'CODE-A9', number: 9 };

export function exam(kind: keyof typeof EXAM_KINDS = 'proctored', label = 'e1', options: Partial<Exam> = {}): Exam {
  return { ...goldenExam(label, EXAM_KINDS[kind]), ...options };
}

export function attempt(
  status: string,
  options: Partial<Attempt> = {},
  on: AttemptedExam = exam(),
  name = 'a1',
): Attempt {
  return goldenAttempt(name, on, status, NOW, options);
}

/** A decision context with only a proctored exam, under the rules of 6.1.4. */
export function decisionContext(options: Partial<DecisionContext> = {}): DecisionContext {
  const { exam: on = exam() } = options;
  return {
    now: NOW,
    rules: current,
    userId: 'u1',
    exam: on,
    provider: goldenProviderOf(options.attempt?.provider ?? on.effectiveProvider),
    newAttemptProvider: { name: on.effectiveProvider, registers: true },
    attempt: null,
    others: [],
    refusedElsewhere: [],
    extraTimeMins: 0,
    answers: {},
    ...options,
  };
}
