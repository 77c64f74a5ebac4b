import { isDeepStrictEqual } from 'node:util';
import { LATE_PAIR, passesAll, STUDENTS, userIdOf } from './exam-office-period';
import type { ExamOfficeSeen } from './exam-office-seen';
import type { Finding } from './finding';

/** What must hold of the semester, each with what was looked at. */
export function inspectExamOffice(seen: ExamOfficeSeen): Finding[] {
  const { draft, saved, changes, retracted, history, savedList, told } = seen;
  const passing = Array.from({ length: STUDENTS }, (_, index) => index + 1)
    .filter(passesAll)
    .map(userIdOf);
  const { qualify, fail, undecided } = saved.counts;
  return [
    finding('The preview counts who passed every assignment', `${draft.counts.students} students`, [
      unlike('qualify', draft.counts, { students: STUDENTS, qualify: passing.length }),
    ]),
    finding(
      'What was saved is what was previewed, and a late feedback does not move it',
      `${savedList.length} qualify`,
      [
        unlike(
          'saved',
          { qualify, fail, undecided },
          { qualify: passing.length, fail: STUDENTS - passing.length, undecided: 0 },
        ),
        unlike('the saved list', savedList, passing),
      ],
    ),
    finding('Changes name the students of the late feedback and nobody else', `${changes.length} students`, [
      unlike(
        'changed',
        changes.map(({ userId, before, after }) => [userId, before, after]),
        LATE_PAIR.map((id) => [id, false, true]),
      ),
    ]),
    finding('A student is told an answer only while the list is ready', '1 student, asked twice', [
      unlike('told', told, { whileReady: false, afterwards: null }),
    ]),
    finding('The history holds what was saved and what took it back', `${history.length} statuses`, [
      unlike(
        'history',
        history.map(({ seq, status }) => [seq, status]),
        [
          [retracted.seq, 'notready'],
          [saved.seq, 'ready'],
        ],
      ),
    ]),
  ];
}

function finding(invariant: string, examined: string, breaches: (string | null)[]): Finding {
  return { invariant, examined, breaches: breaches.filter((breach) => breach !== null) };
}

function unlike(what: string, found: unknown, wanted: unknown): string | null {
  return isDeepStrictEqual(found, wanted)
    ? null
    : `${what}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`;
}
