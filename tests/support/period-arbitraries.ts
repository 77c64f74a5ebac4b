import fc from 'fast-check';
import type { AssignmentGroup, PublishedFeedback } from '../../domain/qualification/model';
import type { QualificationPlugin } from '../../domain/qualification/plugin';
import { SHIPPED_PLUGINS } from '../../domain/qualification/plugins/shipped';
import { assignmentWith, daysIn } from './period-builders';

/** A rule with what somebody chose for it. */
export interface ChosenRule {
  plugin: QualificationPlugin;
  settings: Record<string, unknown>;
}

export const USERS = ['u1', 'u2', 'u3', 'u4'];
export const ASSIGNMENTS = ['a1', 'a2', 'a3'].map((id) => assignmentWith(id));
const IDS = ASSIGNMENTS.map(({ assignmentId }) => assignmentId);

const feedbacks = fc.record({
  points: fc.integer({ min: 0, max: 30 }),
  isPassing: fc.boolean(),
  hours: fc.integer({ min: 0, max: 5 }),
});

/** Groups whose feedback ids and instants come in any order, several of them on one assignment, with shared members. */
export const groupLists: fc.Arbitrary<AssignmentGroup[]> = fc
  .array(
    fc.record({
      assignmentId: fc.constantFrom(...IDS),
      members: fc.uniqueArray(fc.constantFrom(...USERS), { minLength: 1, maxLength: 2 }),
      isOpen: fc.boolean(),
      attempts: fc.array(fc.array(feedbacks, { maxLength: 2 }), { maxLength: 2 }),
    }),
    { maxLength: 12 },
  )
  .map((groups) =>
    groups.map(({ attempts, ...group }, index): AssignmentGroup => {
      const deadlines = attempts.map((published, attempt) => ({
        deadlineAt: daysIn(20 + attempt),
        feedback: published.map(({ points, isPassing, hours }, number): PublishedFeedback => ({
          feedbackId: `${attempt * 10 + number}`,
          points,
          grade: String(points),
          isPassing,
          savedAt: new Date(daysIn(30).getTime() + hours * 3_600_000),
        })),
      }));
      return { ...group, groupId: index + 1, deadlines };
    }),
  );

/** A shipped rule with settings that are right for it. */
export const chosenRules: fc.Arbitrary<ChosenRule> = fc.constantFrom(...SHIPPED_PLUGINS).chain((plugin) => {
  const choices = fc.record({
    assignments: fc.uniqueArray(fc.constantFrom(...IDS), { minLength: 1 }),
    students: fc.uniqueArray(fc.constantFrom(...USERS)),
    minimumPoints: fc.integer({ min: 0, max: 60 }),
    minimumPassed: fc.integer({ min: 0, max: 1 }),
  });
  return choices.map((all: Record<string, unknown>) => {
    const settings = Object.fromEntries(Object.keys(plugin.fields).map((name) => [name, all[name]]));
    return { plugin, settings };
  });
});
