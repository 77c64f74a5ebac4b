import { cellOf, CELL_STATES } from '../../../../domain/qualification/cells';
import { groupResult, shownState } from '../../../../domain/qualification/group-result';
import { hasEnded, type AssignmentGroup } from '../../../../domain/qualification/model';
import {
  candidatesOutside,
  inPeriodOrder,
  periodResults,
  type AssignmentResult,
} from '../../../../domain/qualification/results';
import { assignmentWith, daysIn, gradedGroup, semesterOf } from '../../../support/period-builders';

const A1 = assignmentWith('a1');

function resultOf(...groups: AssignmentGroup[]): AssignmentResult {
  const [student] = semesterOf([A1], ['ann'], groups).students;
  const [result] = student?.results ?? [];
  if (result === undefined) throw new Error('no result');
  return result;
}

const passed = gradedGroup(7, 'a1', ['ann'], [[60, true]]);
const failedWithMore = gradedGroup(9, 'a1', ['ann'], [[70, false]]);
const secondAttempt = { deadlineAt: daysIn(40), feedback: [] };

describe("a group's result", () => {
  it('is that of the feedback saved last, whatever place it has in the rows', () => {
    const regraded = gradedGroup(
      7,
      'a1',
      ['ann'],
      [
        [60, true],
        [10, false],
      ],
    );
    const [deadline] = regraded.deadlines;
    const turned = {
      ...regraded,
      deadlines: [{ deadlineAt: daysIn(20), feedback: [...(deadline?.feedback ?? [])].reverse() }],
    };
    expect(groupResult(turned)).toMatchObject({ state: 'corrected', points: 10, passing: false, grade: '10' });
  });

  it('is that of the later id where two were saved in one instant: 10 comes after 9', () => {
    const [nine, ten] = ['9', '10'].map((feedbackId) => {
      return { feedbackId, points: Number(feedbackId), grade: '', isPassing: true, savedAt: daysIn(30) };
    });
    for (const feedback of [
      [nine!, ten!],
      [ten!, nine!],
    ]) {
      expect(groupResult({ ...passed, deadlines: [{ deadlineAt: daysIn(20), feedback }] }).points).toBe(10);
    }
  });

  it("keeps the examiner's word on passing, and is not worked out from points", () => {
    expect(groupResult(gradedGroup(1, 'a1', ['ann'], [[0, true]])).passing).toBe(true);
    expect(groupResult(failedWithMore).passing).toBe(false);
  });

  it('does not count while the group is open again, for a new attempt or reopened', () => {
    expect(resultOf({ ...passed, isOpen: true, deadlines: [...passed.deadlines, secondAttempt] }).best).toBeNull();
    expect(resultOf({ ...passed, isOpen: true }).best).toBeNull();
  });

  it('counts again when the group is closed by hand, though its last attempt has no feedback', () => {
    expect(resultOf({ ...passed, deadlines: [...passed.deadlines, secondAttempt] }).best?.points).toBe(60);
  });

  it('is none where nothing was published before it was closed, and where it has no deadline', () => {
    const closed = { ...passed, deadlines: [secondAttempt] };
    expect(groupResult(closed)).toMatchObject({ state: 'closed-without-feedback', points: null, passing: null });
    expect(groupResult({ ...passed, isOpen: true, deadlines: [] }).state).toBe('no-deadlines');
    expect(resultOf(closed, { ...passed, groupId: 8, deadlines: [] }).best).toBeNull();
  });

  it('is shown as waiting for deliveries until the last deadline, and for feedback from then on', () => {
    const waiting = groupResult({ ...passed, isOpen: true, deadlines: [secondAttempt, ...passed.deadlines] });
    expect(shownState(waiting, daysIn(39))).toBe('waiting-for-deliveries');
    expect(shownState(waiting, daysIn(40))).toBe('waiting-for-feedback');
    expect(shownState(groupResult(passed), daysIn(1))).toBe('corrected');
  });
});

describe('several groups of a student on one assignment', () => {
  it('count with the one that has most points, though it fails and another passes', () => {
    expect(resultOf(passed, failedWithMore).best).toMatchObject({ groupId: 9, points: 70, passing: false });
  });

  it('count with the group made first where points are equal', () => {
    const equal = gradedGroup(3, 'a1', ['ann'], [[60, false]]);
    expect(resultOf(passed, equal).best?.groupId).toBe(3);
    expect(resultOf(equal, passed).best?.groupId).toBe(3);
  });

  it('leave out those that wait, and never crash where none has a result', () => {
    const waiting = { ...failedWithMore, isOpen: true };
    expect(resultOf(waiting, passed).best?.groupId).toBe(7);
    expect(resultOf(waiting, { ...passed, isOpen: true }).best).toBeNull();
  });

  it('with no points at all still are a result', () => {
    expect(resultOf(gradedGroup(1, 'a1', ['ann'], [[0, true]])).best?.points).toBe(0);
  });
});

describe('the results of a period', () => {
  it('name assignments in the order they are published, planned ones behind, equals by id', () => {
    const planned = assignmentWith('a9', { publishedAt: daysIn(300) });
    const [b, c] = ['b', 'c'].map((id) => assignmentWith(id, { publishedAt: daysIn(2) }));
    expect(inPeriodOrder([planned, c!, A1, b!]).map(({ assignmentId }) => assignmentId)).toEqual([
      'a1',
      'b',
      'c',
      'a9',
    ]);
  });

  it('leave out who is no student of it, and groups on assignments of another', () => {
    const students = [
      { userId: 'ann', related: true },
      { userId: 'ann', related: true },
      { userId: 'bo', related: false },
    ];
    const groups = [
      gradedGroup(1, 'a1', ['ann', 'bo', 'eve'], [[5, true]]),
      gradedGroup(2, 'elsewhere', ['ann'], [[9, true]]),
    ];
    const found = periodResults([A1], students, groups);
    expect(found.map(({ userId }) => userId)).toEqual(['ann']);
    expect(found[0]?.results.map(({ best }) => best?.points)).toEqual([5]);
    expect(candidatesOutside(students, groups)).toEqual({ withFeedback: ['bo', 'eve'], withoutFeedback: [] });
  });

  it('take a member who is named twice in a group once', () => {
    const [ann] = semesterOf([A1], ['ann'], [gradedGroup(1, 'a1', ['ann', 'ann'], [[5, true]])]).students;
    expect(ann?.results[0]?.groups).toHaveLength(1);
  });

  it('look at each group and each of its members once, however many students there are', () => {
    let looks = 0;
    const counted = (userId: string): AssignmentGroup => {
      const group = gradedGroup(looks, 'a1', [], [[50, true]]);
      return {
        ...group,
        members: Object.assign([], { [Symbol.iterator]: () => (looks++, [userId][Symbol.iterator]()) }),
      };
    };
    const userIds = Array.from({ length: 2000 }, (_, index) => `u${index}`);
    const groups = userIds.map(counted);
    let passes = 0;
    const once = { [Symbol.iterator]: () => (passes++, groups[Symbol.iterator]()) };
    const found = periodResults(
      [A1],
      userIds.map((userId) => ({ userId, related: true })),
      once,
    );
    expect(found.filter(({ results }) => results[0]?.best?.points === 50)).toHaveLength(2000);
    expect({ looks, passes }).toEqual({ looks: 2000, passes: 1 });
  });
});

describe('a cell of a saved status', () => {
  it.each([
    ['passed', resultOf(passed), { state: 'passed', points: 60, groupId: 7 }],
    ['failed', resultOf(passed, failedWithMore), { state: 'failed', points: 70, groupId: 9 }],
    ['waiting', resultOf({ ...failedWithMore, isOpen: true }), { state: 'waiting', points: null, groupId: 9 }],
    ['nowhere registered', resultOf(), { state: 'not-registered', points: null, groupId: null }],
  ])('keeps what a student %s had', (_, result, cell) => {
    expect(cellOf(result)).toEqual(cell);
  });

  it('has states whose order is stored as numbers, and so is never changed', () => {
    const stored = ['not-registered', 'no-deadlines', 'waiting', 'closed-without-feedback', 'failed', 'passed'];
    expect(CELL_STATES).toEqual(stored);
  });
});

describe('a period', () => {
  it('has ended from its last instant on', () => {
    const period = { endsAt: daysIn(120) };
    expect([hasEnded(period, daysIn(119)), hasEnded(period, daysIn(120))]).toEqual([false, true]);
  });
});
