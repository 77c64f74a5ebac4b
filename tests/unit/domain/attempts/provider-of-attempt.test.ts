import fc from 'fast-check';
import { ProviderRules } from '../../../../config/provider-rules';
import { buildDecisionContext } from '../../../../db/attempts/build-decision-context';
import type { DecisionContextRows } from '../../../../db/attempts/decision-context';
import type { Command } from '../../../../domain/attempts/commands';
import type { Answers, Decision } from '../../../../domain/attempts/decision';
import type { Attempt } from '../../../../domain/attempts/model';
import { transition } from '../../../../domain/attempts/transition';
import { attempt, exam, NEXT, NOW } from './decision-context';

const PROVIDERS = ['ssc', 'ssn', 'rc', 'rn'];
const providers = new ProviderRules({
  providers: PROVIDERS.map((name) => ({
    name,
    title: name,
    supportsOnboarding: false,
    ruleSet: name.endsWith('n') ? ('current' as const) : ('classic' as const),
  })),
  defaultRuleSet: 'classic',
  reviewSlaMs: 1_000,
});

/** What a publish makes of exam and course; `unknown` is not configured. */
interface Publish {
  provider: string | null;
  course: string | null;
  isProctored: boolean;
}

const named = fc.constantFrom(...PROVIDERS, 'unknown', null);
const publish: fc.Arbitrary<Publish> = fc.record({ provider: named, course: named, isProctored: fc.boolean() });
const statuses = [
  'started',
  'ready_to_submit',
  'submitted',
  'error',
  'verified',
  'rejected',
  'second_review_required',
  'declined',
];
const step = fc.oneof(
  publish,
  fc.constantFrom(...statuses).map((to) => ({ to })),
  fc.constant({ remove: true as const }),
);

/** One learner's attempt on an exam that is published again and again. */
class Life {
  attempt: Attempt | null = null;
  /** Names of the rule sets it was decided by, and providers it had called. */
  readonly rules = new Set<string>();
  readonly called = new Set<string>();
  private published: Publish = { provider: null, course: null, isProctored: true };

  publish(next: Publish): void {
    this.published = next;
  }

  decide(command: Command): Decision {
    const answers: Answers = { removal: 'removed', gradeOverrideOnRejection: false };
    const about = { providers, userId: 'u1', now: NOW, command, archived: null };
    const registered = this.published.isProctored ? this.effective : null;
    const registration = { outcome: 'registered', externalId: 'ext-1' } as const;
    const isAsked = command.type === 'create' && registered !== null && PROVIDERS.includes(registered);
    const context = buildDecisionContext(this.rows, {
      ...about,
      answers: isAsked ? { ...answers, registration } : answers,
      registration: isAsked ? { provider: registered } : null,
    });
    const decision = transition(context, command);
    if (decision.kind === 'accepted') this.apply(decision, context.rules.name);
    return decision;
  }

  private get effective(): string | null {
    return this.published.provider ?? this.published.course;
  }

  private get rows(): DecisionContextRows {
    const { isProctored, course } = this.published;
    const effectiveProvider = isProctored ? this.effective : null;
    return {
      course: {
        courseId: 'c',
        name: 'C',
        endAt: null,
        provider: course,
        escalationEmail: null,
        clock: { offsetMs: 0, frozenAtMs: null },
      },
      exam: exam('proctored', 'e1', { isProctored, effectiveProvider }),
      attempt: this.attempt,
      others: [],
      refusedElsewhere: [],
      extraTimeMins: 0,
      requiresQualification: null,
      learner: null,
      pendingEffects: 0,
      needsAttention: [],
      confirmedVersion: 0,
    };
  }

  private apply({ writes, effects }: Extract<Decision, { kind: 'accepted' }>, rules: string): void {
    this.rules.add(rules);
    for (const { action } of effects) if ('provider' in action) this.called.add(action.provider);
    for (const write of writes) {
      this.attempt = write.do === 'remove' ? null : write.do === 'create' ? write.attempt : write.after;
    }
  }
}

it('Whatever is published meanwhile, an attempt keeps its rules, and only the provider it began with is called', () => {
  fc.assert(
    fc.property(publish, fc.boolean(), fc.array(step, { maxLength: 25 }), (first, wanted, steps) => {
      const life = new Life();
      life.publish(first);
      const takingAsProctored = wanted && first.isProctored;
      const created = life.decide({ type: 'create', newAttempt: NEXT, takingAsProctored });
      fc.pre(created.kind === 'accepted');
      const provider = life.attempt?.provider ?? null;
      for (const one of steps) {
        if ('remove' in one) life.decide({ type: 'remove', requireProviderRemoval: true });
        else if ('to' in one) life.decide({ type: 'changeStatus', to: one.to });
        else life.publish(one);
      }
      expect([...life.rules]).toEqual([providers.rules(provider).name]);
      expect([...life.called].filter((name) => name !== provider)).toEqual([]);
    }),
    { seed: 12, numRuns: 500 },
  );
});

describe('The provider of a new attempt', () => {
  const name = (published: Publish): string | null => {
    const life = new Life();
    life.publish(published);
    life.decide({ type: 'create', newAttempt: NEXT, takingAsProctored: false });
    return life.attempt?.provider ?? null;
  };

  it.each<[string, Publish, string | null]>([
    ['the exam’s own', { provider: 'rn', course: 'ssc', isProctored: true }, 'rn'],
    ['the course’s, where the exam has none', { provider: null, course: 'ssc', isProctored: true }, 'ssc'],
    ['of a timed exam the course’s', { provider: 'rn', course: 'ssc', isProctored: false }, 'ssc'],
    [
      'none, where the one that counts is not configured',
      { provider: 'unknown', course: 'ssc', isProctored: true },
      null,
    ],
    ['none, where the course names none', { provider: 'rn', course: null, isProctored: false }, null],
  ])('is %s', (_which, published, expected) => {
    expect(name(published)).toBe(expected);
  });
});

describe('An attempt past due', () => {
  const past = (minutes: number): Date => new Date(NOW.getTime() - minutes * 60_000);
  const kinds = {
    proctored: exam('proctored', 'e1', { dueDate: past(10) }),
    practice: exam('onboarding', 'e1', { dueDate: past(10) }),
    timed: exam('timed', 'e1', { dueDate: past(10) }),
    'timed, of a course that is over': exam('timed'),
  };
  const decide = (kind: keyof typeof kinds, status: string, command: Command): Decision => {
    const { effectiveProvider } = kinds[kind];
    const rules = providers.rules('rn');
    const on = kinds[kind];
    return transition(
      {
        now: NOW,
        rules,
        userId: 'u1',
        exam: on,
        provider: null,
        others: [],
        refusedElsewhere: [],
        extraTimeMins: 0,
        answers: {},
        courseEndsAt: past(5),
        newAttemptProvider: { name: effectiveProvider, registers: true },
        attempt: attempt(status, {}, on),
      },
      command,
    );
  };

  it.each(Object.keys(kinds) as (keyof typeof kinds)[])('(%s) is not entered by the learner any more', (kind) => {
    for (const action of ['start', 'click_download_software'] as const) {
      expect(decide(kind, 'created', { type: 'act', action, actor: 'learner' })).toMatchObject({
        kind: 'refused',
        code: 'exam-past-due',
      });
      expect(decide(kind, 'created', { type: 'act', action, actor: 'staff' })).toMatchObject({ kind: 'accepted' });
    }
    expect(decide(kind, 'created', { type: 'providerReady' })).toMatchObject({ kind: 'unchanged' });
    expect(decide(kind, 'created', { type: 'changeStatus', to: 'started' })).toMatchObject({ kind: 'accepted' });
  });

  it('takes every other action, as recorded', () => {
    for (const action of ['decline', 'submit', 'error'] as const) {
      expect(decide('proctored', 'created', { type: 'act', action, actor: 'learner' })).toMatchObject({
        kind: 'accepted',
      });
    }
    expect(decide('proctored', 'submitted', { type: 'act', action: 'start', actor: 'learner' })).toMatchObject({
      code: 'attempt-completed',
    });
  });
});
