import fc from 'fast-check';
import type { AssignmentGroup } from '../../../domain/qualification/model';
import { ApiFixture } from '../../support/api-fixture';
import { ASSIGNMENTS, groupLists, USERS } from '../../support/period-arbitraries';
import { SemesterFixture, studentLine } from '../../support/semester';

jest.setTimeout(120_000);

let api: ApiFixture;
let semester: SemesterFixture;
let periods = 0;

beforeAll(async () => {
  api = await ApiFixture.start();
  semester = new SemesterFixture(api);
  await semester.putTree();
});
afterAll(() => api.stop());

const assignmentLines = ASSIGNMENTS.map((one) => ({
  kind: 'assignment',
  ...one,
  publishedAt: one.publishedAt.toISOString(),
}));

/** A group with all it has, or without its feedback. */
function groupLine({ deadlines, ...group }: AssignmentGroup, isWhole: boolean): object {
  const told = deadlines.map(({ deadlineAt, feedback }) => ({
    deadlineAt: deadlineAt.toISOString(),
    feedback: isWhole ? feedback.map((one) => ({ ...one, savedAt: one.savedAt.toISOString() })) : [],
  }));
  return { kind: 'group', ...group, deadlines: told };
}

function feedbackLines({ groupId, deadlines }: AssignmentGroup): object[] {
  return deadlines.flatMap(({ feedback }, deadline) =>
    feedback.map((one) => ({ kind: 'feedback', groupId, deadline, ...one, savedAt: one.savedAt.toISOString() })),
  );
}

/** The hash of everybody's answers, and each student with reason and results, by two rules. */
async function decided(imports: object[][]): Promise<unknown[]> {
  periods += 1;
  const periodId = `order-${periods}`;
  await semester.putPeriod(periodId, 'maths');
  await semester.list(`periods/${periodId}`, 'anne');
  for (const lines of imports) expect((await semester.import(periodId, lines)).body).toMatchObject({ rejected: 0 });
  const choices = [
    { plugin: 'approved.all' },
    { plugin: 'points', settings: { assignments: ['a1', 'a2', 'a3'], minimumPoints: 30 } },
  ];
  const seen = [];
  for (const choice of choices) {
    const { draftId, hash } = (await semester.draft(choice, periodId)).body;
    const path = `/periods/${periodId}/qualification/drafts/${String(draftId)}/students`;
    seen.push({ hash, students: (await semester.get(path)).body['items'] });
  }
  return seen;
}

it('the order of students, groups and feedback in imports never changes an answer, a reason or a result', async () => {
  const shuffles = fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(groupLists, shuffles, async (groups, numbers) => {
      const shuffled = <T>(items: readonly T[]): T[] =>
        items
          .map((item) => ({ item, key: Number(numbers.next().value) }))
          .sort((one, other) => one.key - other.key)
          .map(({ item }) => item);
      const students = USERS.map((user) => studentLine(user));
      const inOrder = [...assignmentLines, ...students, ...groups.map((group) => groupLine(group, true))];
      const others = [...students, ...groups.map((group) => groupLine(group, false))];
      const byFeedback = [[...shuffled(assignmentLines), ...shuffled(others)], shuffled(groups.flatMap(feedbackLines))];
      const wanted = await decided([inOrder]);
      expect(await decided([[...shuffled(assignmentLines), ...shuffled(inOrder.slice(3))]])).toEqual(wanted);
      expect(await decided(byFeedback)).toEqual(wanted);
    }),
    { numRuns: 12 },
  );
});
