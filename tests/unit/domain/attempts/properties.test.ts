import fc from 'fast-check';
import { ATTEMPT_ACTIONS, type Command } from '../../../../domain/attempts/commands';
import type { Answers, Decision, DecisionContext, AttemptWrite } from '../../../../domain/attempts/decision';
import type { Attempt } from '../../../../domain/attempts/model';
import { classic, current } from '../../../../domain/attempts/rule-sets';
import { ATTEMPT_STATUSES, isCompleted, isIncomplete } from '../../../../domain/attempts/statuses';
import { transition } from '../../../../domain/attempts/transition';
import { attempt, exam, NEXT, NOW, decisionContext } from './decision-context';

const status = fc.constantFrom(...ATTEMPT_STATUSES);
const kind = fc.constantFrom('proctored' as const, 'onboarding' as const, 'timed' as const);

const answers: fc.Arbitrary<Answers> = fc.constantFrom<Answers>(
  {},
  { gradeOverrideOnRejection: true, removal: 'removed', registration: { outcome: 'registered', externalId: 'x' } },
  { gradeOverrideOnRejection: false, removal: 'failed', registration: { outcome: 'refused', detail: 'no' } },
);

const contexts: fc.Arbitrary<DecisionContext> = fc
  .record({ status, other: fc.option(status), kind, answers, classic: fc.boolean(), later: fc.nat(120) })
  .map((drawn) => {
    const on = exam(drawn.kind);
    const older = drawn.other === null ? [] : [attempt(drawn.other, { isCurrent: false }, on, 'a1')];
    return decisionContext({
      now: new Date(NOW.getTime() + drawn.later * 60_000),
      rules: drawn.classic ? classic : current,
      exam: on,
      attempt: attempt(drawn.status, {}, on, 'a2'),
      others: older,
      answers: drawn.answers,
    });
  });

const commands: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ type: fc.constant('changeStatus' as const), to: status, cascade: fc.boolean() }),
  fc.record({
    type: fc.constant('act' as const),
    action: fc.constantFrom(...ATTEMPT_ACTIONS),
    actor: fc.constantFrom('learner' as const, 'staff' as const),
    newAttempt: fc.constant(NEXT),
  }),
  fc.record({ type: fc.constant('create' as const), newAttempt: fc.constant(NEXT), takingAsProctored: fc.boolean() }),
  fc.record({ type: fc.constant('remove' as const), requireProviderRemoval: fc.boolean() }),
  fc.constantFrom<Command>(
    { type: 'timeOut' },
    { type: 'markReadyToResume' },
    { type: 'declineByCascade', newAttempt: NEXT },
  ),
);

const saves = (writes: AttemptWrite[]): { before: Attempt; after: Attempt }[] =>
  writes.flatMap((write) => (write.do === 'save' ? [write] : []));

/** Decides and passes the decision on where it was accepted. */
function whenAccepted(
  check: (decision: Extract<Decision, { kind: 'accepted' }>, before: DecisionContext, command: Command) => void,
): void {
  fc.assert(
    fc.property(contexts, commands, (before, command) => {
      const decision = transition(before, command);
      if (decision.kind === 'accepted') check(decision, before, command);
    }),
    { numRuns: 2000 },
  );
}

describe('any command to an attempt', () => {
  it('never leads back from a completed status to an incomplete one', () => {
    whenAccepted(({ writes }, { rules }) => {
      for (const { before, after } of saves(writes)) {
        expect(isCompleted(before.status, rules) && isIncomplete(after.status)).toBe(false);
      }
    });
  });

  it('archives exactly the rows whose status changes or which go away', () => {
    whenAccepted(({ writes, archive }, _before, command) => {
      const changed = saves(writes).filter(({ before, after }) => before.status !== after.status);
      const removed = writes.filter((write) => write.do === 'remove');
      const declinedAtBirth = command.type === 'declineByCascade' && writes.some((write) => write.do === 'create');
      expect(archive.length).toBeGreaterThanOrEqual(changed.length + removed.length);
      const bornElsewhere = declinedAtBirth ? 1 : 0;
      const clearedItself = removed.filter((write) => archive.filter(({ id }) => id === write.attempt.id).length > 1);
      expect(archive).toHaveLength(changed.length + removed.length + bornElsewhere + clearedItself.length);
    });
  });

  it('raises the version of every saved attempt by one, and starts new ones at one', () => {
    whenAccepted(({ writes }) => {
      for (const { before, after } of saves(writes)) expect(after.version).toBe(before.version + 1);
      for (const write of writes) if (write.do === 'create') expect(write.attempt.version).toBe(1);
    });
  });

  it('leaves at most one current attempt', () => {
    whenAccepted(({ writes }, before) => {
      const rows = new Map([...before.others, ...(before.attempt ? [before.attempt] : [])].map((row) => [row.id, row]));
      for (const write of writes) {
        if (write.do === 'remove') rows.delete(write.attempt.id);
        else if (write.do === 'create') rows.set(write.attempt.id, write.attempt);
        else rows.set(write.after.id, write.after);
      }
      const live = [...rows.values()];
      expect(live.filter((row) => row.isCurrent)).toHaveLength(live.length > 0 ? 1 : 0);
    });
  });

  it('is decided the same way twice and leaves the decision context unchanged', () => {
    fc.assert(
      fc.property(contexts, commands, (before, command) => {
        const copy = structuredClone(before);
        expect(transition(before, command)).toEqual(transition(copy, command));
        expect(before).toEqual(copy);
      }),
    );
  });

  it('writes nothing when it is refused, asked about or already so', () => {
    fc.assert(
      fc.property(contexts, commands, (before, command) => {
        const decision = transition(before, command);
        if (decision.kind === 'accepted') return;
        expect(decision).not.toHaveProperty('writes');
        expect(decision).not.toHaveProperty('effects');
      }),
    );
  });
});
