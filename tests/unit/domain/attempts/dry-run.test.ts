import { ATTEMPT_ACTIONS, type Command } from '../../../../domain/attempts/commands';
import { dryRun } from '../../../../domain/attempts/dry-run';
import { classic, current } from '../../../../domain/attempts/rule-sets';
import { ATTEMPT_STATUSES } from '../../../../domain/attempts/statuses';
import { transition } from '../../../../domain/attempts/transition';
import { attempt, decisionContext, exam, NEXT } from './decision-context';

const RULES = { classic, current };
const COMMANDS: Command[] = [
  ...ATTEMPT_STATUSES.map((to): Command => ({ type: 'changeStatus', to })),
  ...ATTEMPT_ACTIONS.map((action): Command => ({ type: 'act', action, actor: 'staff', newAttempt: NEXT })),
  { type: 'remove', requireProviderRemoval: true },
];

describe.each(Object.entries(RULES))('under %s', (_name, rules) => {
  test.each(ATTEMPT_STATUSES)(
    'an attempt in %s: what a dry run says is what the rules decide, given good answers.',
    (status) => {
      for (const kind of ['proctored', 'timed'] as const) {
        const on = exam(kind);
        const context = decisionContext({ rules, exam: on, attempt: attempt(status, {}, on) });
        for (const command of COMMANDS) {
          const said = dryRun(context, command);
          const answers = {
            registration: { outcome: 'registered', externalId: 'dry-run' },
            removal: 'removed',
            gradeOverrideOnRejection: true,
          } as const;
          const decided = transition({ ...context, answers }, command);
          const effects = decided.kind === 'accepted' ? decided.effects : [];
          expect([command, said.allowed, said.changes]).toEqual([
            command,
            decided.kind !== 'refused',
            decided.kind === 'accepted',
          ]);
          expect(said.effects).toEqual(effects);
          if (decided.kind === 'refused') expect(said.refused).toEqual({ code: decided.code, detail: decided.detail });
        }
      }
    },
  );
});

test('What others would be asked is named, and a status that becomes another one says which.', () => {
  const registered = attempt('submitted', { externalId: 'x' });
  const removal = dryRun(decisionContext({ attempt: registered }), { type: 'remove', requireProviderRemoval: true });
  expect(removal).toMatchObject({ allowed: true, asks: ['removal'], becomes: null });
  const rules = { ...current, allowTimedOutState: false };
  const timedOut = dryRun(decisionContext({ rules, attempt: attempt('started') }), {
    type: 'changeStatus',
    to: 'timed_out',
  });
  expect(timedOut).toMatchObject({ allowed: true, becomes: 'submitted' });
});
