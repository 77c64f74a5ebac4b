import type { DecisionContext } from '../decision';
import type { Attempt, NewAttempt } from '../model';
import type { Registered } from './registration';

/** What a new row has beyond its identity and what follows from exam and learner. */
export interface NewAttemptFacts {
  takingAsProctored: boolean;
  registered: Registered;
  timeRemainingSeconds: number | null;
}

/** A row before its first version; the command that creates it saves it as version 1. */
export function newRow(context: DecisionContext, identity: NewAttempt, facts: NewAttemptFacts): Attempt {
  const { registered, takingAsProctored, timeRemainingSeconds } = facts;
  return {
    ...identity,
    userId: context.userId,
    examId: context.exam.id,
    takingAsProctored,
    timeRemainingSeconds,
    status: registered.outcome === 'onboarding' ? registered.status : 'created',
    externalId: registered.outcome === 'registered' ? registered.externalId : null,
    provider: context.newAttemptProvider.name,
    isSampleAttempt: context.exam.isPracticeExam,
    allowedTimeLimitMins: null,
    startedAt: null,
    completedAt: null,
    isResumable: false,
    readyToResume: false,
    resumed: false,
    isCurrent: true,
    reviewDueAt: null,
    version: 0,
    createdAt: context.now,
    modifiedAt: context.now,
  };
}
