import { canonicalAnswers, decidedNow } from '../../../../domain/qualification/decided-list';
import { answerDifferences, listDifferences } from '../../../../domain/qualification/differences';
import { evaluate } from '../../../../domain/qualification/evaluation';
import { approvedAll } from '../../../../domain/qualification/plugins/approved-all';
import { points } from '../../../../domain/qualification/plugins/points';
import { select } from '../../../../domain/qualification/plugins/select';
import { whatIf } from '../../../../domain/qualification/what-if';
import { assignmentWith, gradedGroup, semesterOf } from '../../../support/period-builders';

const SEMESTER = semesterOf(
  [assignmentWith('a1'), assignmentWith('a2')],
  ['ann', 'bo'],
  [
    gradedGroup(1, 'a1', ['ann'], [[60, true]]),
    gradedGroup(2, 'a2', ['ann'], [[50, true]]),
    gradedGroup(3, 'a1', ['bo'], [[90, true]]),
    gradedGroup(4, 'a2', ['bo'], [[10, false]]),
  ],
);

describe('trying out a rule', () => {
  it('says who would qualify, and in what that differs from what is saved', () => {
    const saved = decidedNow(evaluate(approvedAll, {}, SEMESTER));
    const answer = whatIf(points, { assignments: ['a2', 'a1'], minimumPoints: 100 }, SEMESTER, saved);
    expect(answer).toMatchObject({
      settings: { assignments: ['a1', 'a2'], minimumPoints: 100 },
      counts: { students: 2, qualify: 2 },
      warnings: [],
      differences: [{ userId: 'bo', change: 'answer', before: false, after: true, assignments: [] }],
    });
  });

  it('compares with nothing where nothing is saved', () => {
    expect(whatIf(approvedAll, {}, SEMESTER, null)).toMatchObject({ counts: { qualify: 1 }, differences: null });
  });

  it('refuses settings as a draft would', () => {
    const fault = { pointer: '/students/0', code: 'unknown-student', value: 'zoe' };
    expect(whatIf(select, { students: ['zoe'] }, SEMESTER, null)).toEqual({ faults: [fault] });
  });

  it('lets everybody qualify where there are no assignments, and warns of it', () => {
    const empty = semesterOf([], ['ann', 'bo'], []);
    const answer = whatIf(approvedAll, {}, empty, null);
    expect(answer).toMatchObject({ counts: { students: 2, qualify: 2 }, warnings: ['no-assignments'] });
    expect(whatIf(approvedAll, {}, semesterOf([], [], []), null)).toMatchObject({
      warnings: ['no-assignments', 'no-students'],
    });
  });
});

describe('the difference of two lists', () => {
  const before = decidedNow(evaluate(approvedAll, {}, SEMESTER));

  it('names assignments that came and went, though no answer changed', () => {
    const other = semesterOf(
      [assignmentWith('a1'), assignmentWith('a3')],
      ['ann'],
      [gradedGroup(1, 'a1', ['ann'], [[60, true]]), gradedGroup(9, 'a3', ['ann'], [[70, true]])],
    );
    const after = decidedNow(evaluate(approvedAll, {}, other));
    expect(listDifferences(before, after)).toEqual([
      {
        userId: 'ann',
        change: 'results',
        before: true,
        after: true,
        assignments: [
          { assignmentId: 'a3', before: null, after: { state: 'passed', points: 70, groupId: 9 } },
          { assignmentId: 'a2', before: { state: 'passed', points: 50, groupId: 2 }, after: null },
        ],
      },
      expect.objectContaining({ userId: 'bo', change: 'gone', before: false, after: null }),
    ]);
    expect(answerDifferences(before, after).map(({ userId }) => userId)).toEqual(['bo']);
  });

  it('names another winning group though its points are the same', () => {
    const [first] = before.students;
    const moved = {
      ...before,
      students: [{ ...first!, cells: first!.cells.map((cell) => ({ ...cell, groupId: 77 })) }],
    };
    const same = { ...before, students: [first!] };
    expect(listDifferences(same, moved)).toMatchObject([{ change: 'results', assignments: [{}, {}] }]);
  });
});

describe('the text a hash is made of', () => {
  const rule = { plugin: 'points', version: 1, settings: { minimumPoints: 1, assignments: ['a1', 'a2'] } };
  const list = decidedNow(evaluate(approvedAll, {}, SEMESTER));

  it('is one for one set of answers under one rule', () => {
    const turned = { ...list, students: [...list.students].reverse() };
    const settings = { assignments: ['a1', 'a2'], minimumPoints: 1 };
    expect(canonicalAnswers(turned, { ...rule, settings })).toBe(canonicalAnswers(list, rule));
  });

  it.each([
    ['answer', { ...list, students: list.students.map((one) => ({ ...one, answer: true })) }, rule],
    ['student', { ...list, students: list.students.slice(1) }, rule],
    ['plugin', list, { ...rule, plugin: null }],
    ['version', list, { ...rule, version: 2 }],
    ['setting', list, { ...rule, settings: { ...rule.settings, minimumPoints: 2 } }],
  ])('is another with another %s', (_, other, under) => {
    expect(canonicalAnswers(other, under)).not.toBe(canonicalAnswers(list, rule));
  });
});
