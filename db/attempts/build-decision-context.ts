import type { ProviderRules } from '../../config/provider-rules';
import type { CommandRequest } from '../../contracts/attempts/commands';
import type { Answers, DecisionContext } from '../../domain/attempts/decision';
import type { Attempt } from '../../domain/attempts/model';
import { subjectOf } from '../../domain/attempts/subject';
import type { DecisionContextRows } from './decision-context';

/** What the decision context is made from, beside the locked rows. */
export interface DecisionSources {
  providers: ProviderRules;
  userId: string;
  /** Course time. */
  now: Date;
  /** What is asked for; `archived` where it is about an attempt that is not live any more. */
  command: Pick<CommandRequest, 'type'> & { action?: string };
  archived: Attempt | null;
  answers: Answers;
  /** The question that the registration among the answers is to. */
  registration: { provider: string } | null;
}

/**
 * The decision context from the locked rows, the clock, the configuration and the answers. Rules are those of the provider
 * that the attempt decided on belongs to, and of a new one those of the provider it will belong to.
 */
export function buildDecisionContext(rows: DecisionContextRows, sources: DecisionSources): DecisionContext {
  const { providers, userId, now, answers, registration } = sources;
  const { course, exam, attempt, others, refusedElsewhere, extraTimeMins } = rows;
  const registeredBy = (answers.registration && registration?.provider) ?? null;
  const newAttemptProvider =
    registeredBy === null
      ? providers.forNewAttempt(exam.effectiveProvider ?? course.provider)
      : { name: registeredBy, registers: true };
  const subject = subjectOf(sources.command, rows) ?? sources.archived;
  const provider = subject === null ? newAttemptProvider.name : subject.provider;
  return {
    userId,
    exam,
    attempt,
    others,
    refusedElsewhere,
    extraTimeMins,
    answers,
    newAttemptProvider,
    now,
    rules: providers.rules(provider),
    provider: providers.facts(provider),
    courseEndsAt: course.endAt,
  };
}
