import { isDeepStrictEqual } from 'node:util';
import type { ExistingExam } from '../../../../domain/courses/exam-steps';
import { loadGolden } from '../../../golden/load';
import {
  type GoldenPublish,
  type GoldenPublishCase,
  type PublishOutcome,
  PublishSimulator,
} from '../../../golden/publish';

type Comparison = 'agrees' | 'P3' | 'P6';

const cases = (loadGolden('course_publish').cases as unknown as GoldenPublishCase[]).filter(
  ({ family }) => family !== 'http_register',
);

/** The two exams that a `prepare` describes, by what the case's first publish leaves untouched. */
function prepared({ prepare }: GoldenPublishCase): ExistingExam[] {
  if (prepare === undefined) return [];
  const exam = {
    timeLimitMins: 60,
    dueDate: null,
    isPracticeExam: false,
    isOnboardingExam: false,
    isActive: true,
    hideAfterDue: false,
    provider: 'software_secure',
    policy: null,
  };
  return [
    { ...exam, id: 1, contentId: 'e1', examName: 'Exam e1', isProctored: true },
    { ...exam, id: 2, contentId: 'e2', examName: 'Exam e2', isProctored: false },
  ];
}

/** The provider's id of an exam is ours (docs/platform-api.md), so the recorded one is not compared. */
function expected(step: GoldenPublish): PublishOutcome {
  const { ok, effects = [], exams, policies, policy_history_rows } = step;
  const rows = Object.entries(exams).map(([label, { external_id: _, ...row }]) => [label, row] as const);
  return { ok, effects, exams: Object.fromEntries(rows), policies, policy_history_rows };
}

/** P6: of several saves of one exam in one publish the last one counts, with the policy as it is in the end. */
function finalSaves(outcome: PublishOutcome): PublishOutcome {
  const last = new Map(outcome.effects.map((save) => [save.exam, save]));
  const effects = [...last.values()].map(({ rule_summary: _, ...save }) => {
    const rules = outcome.policies[save.exam]?.review_policy;
    return save.is_active && rules !== undefined ? { ...save, rule_summary: rules } : save;
  });
  return { ...outcome, effects };
}

/** Derived from the recorded result alone: a failed publish changes nothing (P3), saves are sent once (P6). */
function verdictOf(
  step: GoldenPublish,
  observed: PublishOutcome,
  before: PublishOutcome | undefined,
): Comparison | null {
  const recorded = expected(step);
  if (isDeepStrictEqual(recorded, observed)) return 'agrees';
  if (isDeepStrictEqual(finalSaves(recorded), observed)) return 'P6';
  if (step.ok) return null;
  const untouched = { exams: {}, policies: {}, policy_history_rows: 0, ...before, ok: false, effects: [] };
  return isDeepStrictEqual(untouched, observed) ? 'P3' : null;
}

/** A case counts once: as agreeing, or with the wanted differences of its steps. */
function compare(one: GoldenPublishCase): string {
  const simulator = new PublishSimulator(one.feature_enabled, prepared(one));
  const comparisons = new Set<string>();
  let before: PublishOutcome | undefined;
  for (const step of one.steps) {
    const observed = simulator.publish(step);
    comparisons.add(verdictOf(step, observed, before) ?? 'DEFECT');
    before = observed;
  }
  comparisons.delete('agrees');
  return comparisons.size === 0 ? 'agrees' : [...comparisons].sort().join(' ');
}

describe('the recorded publishes of a course', () => {
  it('agree in all tables and in the saves at the provider, but for P3 and P6', () => {
    const comparisons = cases.map((one) => [one.name, compare(one)] as const);
    expect(comparisons.filter(([, comparison]) => comparison.includes('DEFECT')).map(([name]) => name)).toEqual([]);
    if (process.env['GOLDEN_DIR']) return;
    const counts: Record<string, number> = {};
    for (const [, comparison] of comparisons) counts[comparison] = (counts[comparison] ?? 0) + 1;
    expect(counts).toEqual({ agrees: 23, P6: 53, P3: 1, 'P3 P6': 1 });
  });
});
