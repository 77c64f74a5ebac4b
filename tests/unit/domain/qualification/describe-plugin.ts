import { evaluate } from '../../../../domain/qualification/evaluation';
import type { AssignmentGroup, PeriodAssignment, PeriodStudent } from '../../../../domain/qualification/model';
import type { QualificationPlugin } from '../../../../domain/qualification/plugin';
import { inPeriodOrder, periodResults } from '../../../../domain/qualification/results';
import type { PluginSettings } from '../../../../domain/qualification/settings-fields';
import { inWords, LANGUAGES, paramsOf, textIn, type Reason } from '../../../../domain/qualification/text';

/** A period of at least 20 students as it is imported: what a plugin is shown to do on realistic results. */
export interface PluginPeriod {
  assignments: readonly PeriodAssignment[];
  students: readonly PeriodStudent[];
  groups: readonly AssignmentGroup[];
}

/** What an author of a plugin hands to `describePlugin`. */
export interface PluginExample {
  period: PluginPeriod;
  settings: Record<string, unknown>;
  /** Exactly the students who qualify. */
  expected: readonly string[];
}

const FEWEST_STUDENTS = 20;

/**
 * The tests every plugin must pass before it may decide about people: on a realistic period it qualifies the students its
 * author expects; it answers the same whatever order rows come in, however often it is asked, with whomever else; it changes
 * nothing it is given; and all it says can be put into words.
 */
export function describePlugin(plugin: QualificationPlugin, { period, settings, expected }: PluginExample): void {
  const configured = (): PluginSettings => {
    const answer = plugin.configure(settings, scopeOfPeriod(period));
    if ('faults' in answer) throw new Error(`The example's settings are refused: ${JSON.stringify(answer.faults)}`);
    return answer.settings;
  };
  const answersIn = (given: PluginPeriod): Map<string, { qualifies: boolean; reason: Reason }> => {
    const { decisions } = evaluate(plugin, configured(), resultsOf(given));
    return new Map(decisions.map(({ userId, qualifies, reason }) => [userId, { qualifies, reason }]));
  };

  describe(`the plugin ${plugin.id}`, () => {
    it(`is shown on a period of at least ${FEWEST_STUDENTS} students, some of whom qualify and some do not`, () => {
      const students = period.students.filter(({ related }) => related);
      expect(students.length).toBeGreaterThanOrEqual(FEWEST_STUDENTS);
      expect(expected.length).toBeGreaterThan(0);
      expect(expected.length).toBeLessThan(students.length);
    });

    it('qualifies exactly the students its author expects', () => {
      const qualified = [...answersIn(period)].filter(([, { qualifies }]) => qualifies).map(([userId]) => userId);
      expect(qualified.sort()).toEqual([...expected].sort());
    });

    it('gives the same answers whatever order assignments, students, groups and feedback come in', () => {
      const sorted = (given: PluginPeriod): unknown[] => [...answersIn(given)].sort(([a], [b]) => (a < b ? -1 : 1));
      expect(sorted(shuffled(period))).toEqual(sorted(period));
    });

    it('gives each student the same answer alone as among the others, and when asked again', () => {
      const together = answersIn(period);
      for (const student of period.students.filter(({ related }) => related)) {
        const alone = answersIn({ ...period, students: [student] });
        expect(alone.get(student.userId)).toEqual(together.get(student.userId));
      }
    });

    it('leaves settings and results as they were given to it', () => {
      const rule = plugin.ruleFor(deepFrozen(configured()), deepFrozen(inPeriodOrder(period.assignments)));
      for (const student of resultsOf(period).students) expect(() => rule(deepFrozen(student))).not.toThrow();
    });

    it('takes its settings in the form it stores them in, and refuses one it does not have', () => {
      const scope = scopeOfPeriod(period);
      expect(plugin.configure(configured(), scope)).toEqual({ settings: configured() });
      const fault = { pointer: '/of-another-plugin', code: 'unknown-field' };
      const answer = plugin.configure({ ...settings, 'of-another-plugin': 1 }, scope);
      expect(answer).toEqual({ faults: expect.arrayContaining([fault]) as unknown });
    });

    it('has words for all it says, with nothing left open in them, in each language', () => {
      const names = new Map(period.assignments.map(({ assignmentId, longName }) => [assignmentId, longName]));
      const reasons = [...answersIn(period).values()].map(({ reason }) => reason);
      for (const language of LANGUAGES) {
        expect(textIn(plugin.title, language)).not.toBe('');
        expect(textIn(plugin.description, language)).not.toMatch(/^$|[<>]/);
        for (const reason of [...reasons, plugin.summaryOf(configured())]) {
          const words = inWords(plugin.messages, reason, { language, names });
          expect(words).not.toBe(reason.code);
          expect(words).not.toMatch(/[{}]|undefined|NaN/);
        }
      }
    });

    it('says the same things in every language it speaks', () => {
      const { en, nb = en } = plugin.messages;
      const spoken = (messages: typeof en): unknown =>
        Object.entries(messages).map(([code, message]) => [code, [...paramsOf(message)].sort()]);
      expect(Object.fromEntries(spoken(nb) as [])).toEqual(Object.fromEntries(spoken(en) as []));
    });
  });
}

function scopeOfPeriod({ assignments, students }: PluginPeriod): {
  assignments: PeriodAssignment[];
  studentIds: Set<string>;
} {
  const related = students.filter((student) => student.related);
  return { assignments: inPeriodOrder(assignments), studentIds: new Set(related.map(({ userId }) => userId)) };
}

function resultsOf({ assignments, students, groups }: PluginPeriod): Parameters<typeof evaluate>[2] {
  return { assignments: inPeriodOrder(assignments), students: periodResults(assignments, students, groups) };
}

/** Another order of everything, always the same one: a failure can be looked at again. */
function shuffled({ assignments, students, groups }: PluginPeriod): PluginPeriod {
  return {
    assignments: mixed(assignments),
    students: mixed(students),
    groups: mixed(groups).map((group) => ({
      ...group,
      members: mixed(group.members),
      deadlines: mixed(group.deadlines.map((deadline) => ({ ...deadline, feedback: mixed(deadline.feedback) }))),
    })),
  };
}

function mixed<Item>(items: readonly Item[]): Item[] {
  const behind = items.filter((_, index) => index % 2 === 1);
  return [...behind, ...items.filter((_, index) => index % 2 === 0)].reverse();
}

function deepFrozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  for (const inner of Object.values(value)) deepFrozen(inner);
  return Object.freeze(value);
}
