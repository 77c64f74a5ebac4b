import { cascadeTargets } from '../../../../domain/attempts/cascade';
import type { Command } from '../../../../domain/attempts/commands';
import type { Decision } from '../../../../domain/attempts/decision';
import { classic, current } from '../../../../domain/attempts/rule-sets';
import { transition } from '../../../../domain/attempts/transition';
import { attempt, exam, NEXT, NOW, decisionContext } from './decision-context';

type Accepted = Extract<Decision, { kind: 'accepted' }>;

function accepted(decision: Decision): Accepted {
  if (decision.kind !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(decision)}`);
  return decision;
}

const to = (status: string): Command => ({ type: 'changeStatus', to: status });
const act = (action: Extract<Command, { type: 'act' }>['action'], actor: 'learner' | 'staff' = 'learner'): Command => ({
  type: 'act',
  action,
  actor,
});

describe('a command for an attempt that is not there', () => {
  it.each<[string, Command]>([
    ['changeStatus', to('submitted')],
    ['act', act('submit')],
    ['markReadyToResume', { type: 'markReadyToResume' }],
    ['remove', { type: 'remove' }],
  ])('%s is refused', (_name, command) => {
    expect(transition(decisionContext(), command)).toMatchObject({ kind: 'refused', code: 'attempt-not-found' });
  });
});

describe('a review', () => {
  it('is due after the time allowed to the vendor, from the entry that asks for it', () => {
    const due = new Date(NOW.getTime() + current.reviewSlaMs);
    const submitted = accepted(transition(decisionContext({ attempt: attempt('started') }), to('submitted')));
    expect(submitted.writes).toMatchObject([{ after: { reviewDueAt: due } }]);
    const resubmitted = decisionContext({ attempt: attempt('submitted', { reviewDueAt: new Date(1) }) });
    expect(accepted(transition(resubmitted, to('submitted'))).writes).toMatchObject([
      { after: { reviewDueAt: new Date(1) } },
    ]);
    expect(accepted(transition(resubmitted, to('second_review_required'))).writes).toMatchObject([
      { after: { reviewDueAt: due } },
    ]);
  });

  it('is due no more once there is a verdict, and never where the rules set no time', () => {
    const waiting = attempt('submitted', { reviewDueAt: NOW });
    expect(accepted(transition(decisionContext({ attempt: waiting }), to('verified'))).writes).toMatchObject([
      { after: { reviewDueAt: null } },
    ]);
    const patient = decisionContext({ attempt: attempt('started'), rules: { ...current, reviewSlaMs: 0 } });
    expect(accepted(transition(patient, to('submitted'))).writes).toMatchObject([{ after: { reviewDueAt: null } }]);
  });
});

describe('a rejection', () => {
  it('asks the grades service first, and only where it may touch grades', () => {
    const submitted = attempt('submitted');
    const expectedQuestion = { kind: 'ask', question: { kind: 'gradeOverrideOnRejection' } };
    expect(transition(decisionContext({ attempt: submitted }), to('rejected'))).toEqual(expectedQuestion);
    const beside = decisionContext({
      attempt: submitted,
      others: [attempt('rejected', { isCurrent: false }, exam(), 'a0')],
    });
    expect(accepted(transition(beside, to('rejected'))).effects).toEqual([]);
    expect(transition(decisionContext({ attempt: submitted, rules: classic }), to('rejected')).kind).toBe('accepted');
  });
});

describe('a creation', () => {
  const create: Command = { type: 'create', newAttempt: NEXT, takingAsProctored: true };

  it('asks the provider last, with the minutes the attempt would get now', () => {
    const question = { kind: 'registration', provider: 'software_secure', timeLimitMins: 60, isSampleAttempt: false };
    expect(transition(decisionContext(), create)).toEqual({
      kind: 'ask',
      question: { ...question, newAttempt: { id: 'a9', code: 'CODE-A9' } },
    });
    const none = decisionContext({ exam: exam('timed') });
    expect(transition(none, create)).toMatchObject({ kind: 'refused', code: 'exam-not-proctored' });
  });

  it('counts as one version even where it starts or declines at once', () => {
    const answers = { registration: { outcome: 'registered', externalId: 'x' } } as const;
    const started = accepted(transition(decisionContext({ answers }), { ...create, start: true }));
    expect(started.writes).toMatchObject([{ do: 'create', attempt: { status: 'started', version: 1 } }]);
    expect(started.effects).toMatchObject([{ action: { name: 'provider.start', externalId: 'x' }, version: 1 }]);
    const open = { ...create, takingAsProctored: false, byLearner: true };
    expect(accepted(transition(decisionContext(), open)).archive).toMatchObject([{ status: 'created' }]);
  });

  it('does not start an attempt that the provider refused for want of a profile', () => {
    const answers = { registration: { outcome: 'onboarding', status: 'onboarding_missing' } } as const;
    const decision = accepted(transition(decisionContext({ answers }), { ...create, start: true }));
    expect(decision.writes).toMatchObject([{ attempt: { status: 'onboarding_missing', startedAt: null } }]);
  });

  it('takes the place of the newest attempt where none is marked as current', () => {
    const older = attempt('error', { readyToResume: true, isCurrent: false });
    const newer = attempt('error', { readyToResume: true, isCurrent: false, number: 2 }, exam(), 'a2');
    const decision = accepted(
      transition(decisionContext({ others: [newer, older] }), { ...create, takingAsProctored: false }),
    );
    expect(decision.writes).toMatchObject([{ do: 'save', after: { id: 'a2', resumed: true } }, { do: 'create' }]);
  });

  it('that clears refused attempts away does not save one of them as well', () => {
    const onboarding = exam('onboarding');
    const refused = attempt('onboarding_missing', { externalId: null }, onboarding);
    const crowded = decisionContext({ exam: onboarding, others: [refused], refusedElsewhere: [refused] });
    const decision = accepted(transition(crowded, { ...create, takingAsProctored: false, byLearner: true }));
    expect(decision.writes.map((write) => write.do)).toEqual(['create', 'remove']);
    expect(decision.effects.map(({ action }) => action.name)).toEqual(['credit.set', 'cascade']);
  });
});

describe('a cascade', () => {
  const newAttempt = NEXT;
  const decline: Command = { type: 'declineByCascade', newAttempt };

  it('aims at the current attempt, if the one it was sent to is gone', () => {
    const old = attempt('error', { isCurrent: false });
    const running = attempt('started', {}, exam(), 'a2');
    const decision = accepted(transition(decisionContext({ others: [old, running] }), decline));
    expect(decision.attemptId).toBe('a2');
    expect(decision.writes).toMatchObject([{ do: 'save', after: { status: 'declined', externalId: 'ext-a2' } }]);
  });

  it('names the exams whose attempt went away in the same command, so that they are left alone', () => {
    const onboarding = exam('onboarding');
    const other = exam('proctored', 'e2');
    const refusedElsewhere = [attempt('onboarding_missing', {}, other, 'a2')];
    const started = decisionContext({
      exam: onboarding,
      attempt: attempt('started', {}, onboarding),
      refusedElsewhere,
    });
    const decision = accepted(transition(started, to('declined')));
    expect(decision.effects.map(({ action }) => action)).toContainEqual({ name: 'cascade', spare: [2] });
    expect(cascadeTargets([other], onboarding, [2])).toEqual([]);
    expect(cascadeTargets([other], onboarding)).toEqual([other]);
  });

  it('stays inside the course', () => {
    expect(cascadeTargets([exam('proctored', 'e2', { courseId: 'elsewhere' })], exam())).toEqual([]);
  });
});

describe('a removal', () => {
  it('makes the newest attempt that remains the current one', () => {
    const others = [3, 2].map((number) => attempt('error', { isCurrent: false, number }, exam(), `a${number}`));
    const { writes } = accepted(
      transition(decisionContext({ attempt: attempt('started'), others }), { type: 'remove' }),
    );
    expect(writes).toMatchObject([{ do: 'remove' }, { do: 'save', after: { id: 'a3', isCurrent: true, version: 2 } }]);
    const beside = decisionContext({
      attempt: attempt('error', { isCurrent: false }),
      others: [attempt('started', {}, exam(), 'a2')],
    });
    expect(accepted(transition(beside, { type: 'remove' })).writes).toHaveLength(1);
  });

  it('asks the provider where it must agree, and keeps the attempt if it does not', () => {
    const started = attempt('started');
    const remove: Command = { type: 'remove', requireProviderRemoval: true };
    const question = { kind: 'removal', provider: 'software_secure', attemptId: 'a1', externalId: 'ext-a1' };
    expect(transition(decisionContext({ attempt: started }), remove)).toEqual({ kind: 'ask', question });
    const failed = decisionContext({ attempt: started, answers: { removal: 'failed' } });
    expect(transition(failed, remove)).toMatchObject({ kind: 'refused', code: 'provider-removal-failed' });
  });

  it('by the clean-up after an onboarding attempt leaves a current attempt behind', () => {
    const onboarding = exam('onboarding');
    const refused = attempt('onboarding_missing', { number: 2 }, onboarding, 'a2');
    const older = attempt('started', { isCurrent: false }, onboarding);
    const refusedElsewhere = [refused];
    const cleared = decisionContext({ exam: onboarding, attempt: older, others: [refused], refusedElsewhere });
    expect(accepted(transition(cleared, to('verified'))).writes).toMatchObject([
      { do: 'save', after: { id: 'a1', status: 'verified', version: 2 } },
      { do: 'remove', attempt: { id: 'a2' } },
      { do: 'save', before: { version: 2 }, after: { id: 'a1', isCurrent: true, version: 3 } },
    ]);
  });
});

describe('an action', () => {
  it('of staff makes an attempt ready to resume, of a learner does not', () => {
    const failed = decisionContext({ attempt: attempt('error') });
    expect(transition(failed, act('mark_ready_to_resume', 'staff')).kind).toBe('accepted');
    expect(transition(failed, { type: 'markReadyToResume' }).kind).toBe('accepted');
    expect(transition(failed, act('mark_ready_to_resume'))).toMatchObject({ code: 'action-not-allowed' });
  });

  it('that starts a practice exam over needs the identity of the new attempt', () => {
    const practice = exam('onboarding');
    const rejected = decisionContext({ exam: practice, attempt: attempt('rejected', {}, practice) });
    expect(transition(rejected, act('reset_attempt'))).toMatchObject({ code: 'action-not-allowed' });
  });

  it('starts a practice exam over under classic as well, without provider or grades', () => {
    const practice = exam('onboarding');
    const answers = { registration: { outcome: 'registered', externalId: 'x' } } as const;
    const submitted = decisionContext({
      rules: classic,
      exam: practice,
      attempt: attempt('submitted', {}, practice),
      answers,
    });
    const decision = accepted(
      transition(submitted, { type: 'act', action: 'reset_attempt', actor: 'learner', newAttempt: NEXT }),
    );
    expect(decision.effects.map(({ action }) => action.name)).toEqual(['instructor.reset', 'credit.remove']);
  });

  it('that starts an attempt over which waits to be resumed resumes it, with the time it had left', () => {
    const practice = exam('onboarding');
    const answers = { registration: { outcome: 'registered', externalId: 'x' } } as const;
    const waiting = { isResumable: false, readyToResume: true, timeRemainingSeconds: 600 };
    const failed = decisionContext({ exam: practice, attempt: attempt('error', waiting, practice), answers });
    const decision = accepted(transition(failed, { ...act('reset_attempt'), newAttempt: NEXT } as Command));
    expect(decision.writes).toMatchObject([
      { do: 'save', after: { status: 'onboarding_reset', resumed: true, isCurrent: false } },
      { do: 'create', attempt: { status: 'created', timeRemainingSeconds: 600, isCurrent: true } },
    ]);
  });

  it('that starts an older attempt over means the current one, which may be running', () => {
    const practice = exam('onboarding');
    const older = attempt('submitted', { isCurrent: false }, practice, 'a1');
    const answers = { registration: { outcome: 'registered', externalId: 'x' } } as const;
    const reset: Command = { ...act('reset_attempt'), newAttempt: NEXT } as Command;
    const running = attempt('started', {}, practice, 'a2');
    expect(
      transition(decisionContext({ exam: practice, attempt: older, others: [running], answers }), reset),
    ).toMatchObject({ code: 'action-not-allowed' });
    const failed = attempt('error', {}, practice, 'a2');
    const decision = accepted(
      transition(decisionContext({ exam: practice, attempt: older, others: [failed], answers }), reset),
    );
    expect(decision.writes).toMatchObject([
      { do: 'save', after: { id: 'a2', status: 'onboarding_reset', isCurrent: false } },
      { do: 'create', attempt: { status: 'created', isCurrent: true } },
    ]);
  });
});
