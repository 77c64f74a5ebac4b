import fc from 'fast-check';
import { canonicalAnswers, decidedNow } from '../../../../domain/qualification/decided-list';
import { answerDifferences, listDifferences } from '../../../../domain/qualification/differences';
import { evaluate } from '../../../../domain/qualification/evaluation';
import type { AssignmentGroup } from '../../../../domain/qualification/model';
import type { QualificationPlugin } from '../../../../domain/qualification/plugin';
import { SHIPPED_PLUGINS } from '../../../../domain/qualification/plugins/shipped';
import type { PluginSettings } from '../../../../domain/qualification/settings-fields';
import { ASSIGNMENTS, chosenRules, type ChosenRule, groupLists, USERS } from '../../../support/period-arbitraries';
import { daysIn, scopeOf, semesterOf, type Semester } from '../../../support/period-builders';

function configured(plugin: QualificationPlugin, given: Record<string, unknown>, semester: Semester): PluginSettings {
  const answer = plugin.configure(given, scopeOf(semester));
  if ('faults' in answer) throw new Error(JSON.stringify(answer.faults));
  return answer.settings;
}

function decided(
  { plugin, settings }: ChosenRule,
  groups: readonly AssignmentGroup[],
  users = USERS,
): ReturnType<typeof decidedNow> {
  const semester = semesterOf(ASSIGNMENTS, users, groups);
  return decidedNow(evaluate(plugin, configured(plugin, settings, semester), semester));
}

function qualified(rule: ChosenRule, groups: readonly AssignmentGroup[]): string[] {
  const students = decided(rule, groups).students.filter(({ answer }) => answer);
  return students.map(({ userId }) => userId);
}

/** The same rows in another order, down to the feedback of a deadline. */
const turned = (groups: readonly AssignmentGroup[], by: number): AssignmentGroup[] => {
  const rotated = <Item>(items: readonly Item[]): Item[] =>
    [...items.slice(by % (items.length || 1)), ...items.slice(0, by % (items.length || 1))].reverse();
  return rotated(groups).map((group) => ({
    ...group,
    members: rotated(group.members),
    deadlines: rotated(group.deadlines.map((deadline) => ({ ...deadline, feedback: rotated(deadline.feedback) }))),
  }));
};

describe('whatever a period holds', () => {
  it('the order of groups, members, deadlines, feedback and students changes nothing', () => {
    fc.assert(
      fc.property(chosenRules, groupLists, fc.nat(7), (rule, groups, by) => {
        const [one, other] = [decided(rule, groups), decided(rule, turned(groups, by), [...USERS].reverse())];
        expect(listDifferences(one, other)).toEqual([]);
        const under = { plugin: rule.plugin.id, version: 1, settings: rule.settings };
        expect(canonicalAnswers(other, under)).toBe(canonicalAnswers(one, under));
      }),
    );
  });

  it('what others have changes no answer of a student', () => {
    fc.assert(
      fc.property(chosenRules, groupLists, fc.constantFrom(...USERS), (rule, groups, user) => {
        fc.pre(rule.plugin.id !== 'select');
        const own = groups.filter(({ members }) => members.includes(user));
        const answerIn = (list: ReturnType<typeof decidedNow>): unknown =>
          list.students.find(({ userId }) => userId === user);
        expect(answerIn(decided(rule, own, [user]))).toEqual(answerIn(decided(rule, groups)));
      }),
    );
  });

  it('a passing feedback on the only group of an assignment never disqualifies, as long as points do not fall', () => {
    fc.assert(
      fc.property(chosenRules, groupLists, fc.nat(11), fc.nat(20), (rule, groups, index, more) => {
        const group = groups[index % (groups.length || 1)];
        fc.pre(group !== undefined && group.members.every((user) => isOnlyGroup(groups, group, user)));
        const regraded = groups.map((one) => (one === group ? passedWith(one, more) : one));
        const now = new Set(qualified(rule, regraded));
        for (const user of qualified(rule, groups)) expect(now).toContain(user);
      }),
    );
  });

  it('a higher minimum lets nobody in whom a lower one keeps out', () => {
    const minima = { points: 'minimumPoints', passcount: 'minimumPassed' } as const;
    fc.assert(
      fc.property(chosenRules, groupLists, (rule, groups) => {
        const name = minima[rule.plugin.id as keyof typeof minima];
        fc.pre(name !== undefined && rule.settings[name] !== 0);
        const lower = { ...rule, settings: { ...rule.settings, [name]: 0 } };
        const many = new Set(qualified(lower, groups));
        for (const user of qualified(rule, groups)) expect(many).toContain(user);
        expect(many.size).toBe(USERS.length);
      }),
    );
  });

  it('a list does not differ from itself, and differs from another in the same students both ways', () => {
    fc.assert(
      fc.property(chosenRules, chosenRules, groupLists, groupLists, (rule, otherRule, groups, others) => {
        const [before, other] = [decided(rule, groups), decided(otherRule, others)];
        const after = { ...other, students: other.students.slice(1) };
        expect(listDifferences(before, before)).toEqual([]);
        const [there, back] = [listDifferences(before, after), listDifferences(after, before)];
        expect(back.map(({ userId }) => userId)).toEqual(there.map(({ userId }) => userId));
        expect(back.map((one) => one.after)).toEqual(there.map((one) => one.before));
        expect(answerDifferences(before, after)).toEqual(there.filter(({ change }) => change !== 'results'));
      }),
    );
  });
});

describe('where a student has several groups of one assignment', () => {
  const approved = { plugin: SHIPPED_PLUGINS[0]!, settings: {} };
  const failing = (id: number): AssignmentGroup => groupWith(id, [[40, false]]);
  const rest = ['a2', 'a3'].map((id, index) => ({ ...groupWith(90 + index, [[50, true]]), assignmentId: id }));

  it('a passing feedback can disqualify: 60 passing is taken back to a passing 30, and a failing 40 is best then', () => {
    expect(qualified(approved, [...rest, failing(2), groupWith(1, [[60, true]])])).toEqual(['u1']);
    expect(
      qualified(approved, [
        ...rest,
        failing(2),
        groupWith(1, [
          [60, true],
          [30, true],
        ]),
      ]),
    ).toEqual([]);
  });
});

function groupWith(groupId: number, gradings: [number, boolean][]): AssignmentGroup {
  const feedback = gradings.map(([points, isPassing], index) => {
    return { feedbackId: String(index), points, grade: '', isPassing, savedAt: daysIn(30 + index) };
  });
  return {
    groupId,
    assignmentId: 'a1',
    members: ['u1'],
    isOpen: false,
    deadlines: [{ deadlineAt: daysIn(9), feedback }],
  };
}

function isOnlyGroup(groups: readonly AssignmentGroup[], group: AssignmentGroup, user: string): boolean {
  return groups.filter((one) => one.assignmentId === group.assignmentId && one.members.includes(user)).length === 1;
}

/** A newest feedback that passes with at least as many points as any before; publishing it closes the group. */
function passedWith(group: AssignmentGroup, more: number): AssignmentGroup {
  const before = group.deadlines.flatMap(({ feedback }) => feedback.map(({ points }) => points));
  const points = Math.max(0, ...before) + more;
  const newest = { feedbackId: '99', points, grade: '', isPassing: true, savedAt: daysIn(50) };
  return { ...group, isOpen: false, deadlines: [...group.deadlines, { deadlineAt: daysIn(49), feedback: [newest] }] };
}
