import { shownState } from '../../../../../domain/qualification/group-result';
import { candidatesOutside } from '../../../../../domain/qualification/results';
import {
  WALKED_AT,
  type SavedStatus,
  type University,
  type WalkedDraft,
} from '../../../../golden/qualification/university';
import { type RecordedStatus } from '../../../../golden/qualification/walk';

/** A period as people see it: its assignments, and every group's state and feedback of every student. */
export function periodView(university: University, periodId: string): Record<string, unknown> {
  const { assignments, students } = university.semester(periodId);
  const { students: related, groups } = university.data(periodId);
  const outside = candidatesOutside(
    related.map(({ userId }) => ({ userId, related: true })),
    groups,
  );
  return {
    assignments: assignments.map(({ assignmentId }) => assignmentId),
    students: students.map(({ userId, results }) => [
      userId,
      results.map(({ assignment, groups: all }) => [
        assignment.assignmentId,
        all.map((group) => [
          shownState(group, WALKED_AT),
          group.points === null ? null : [group.points, group.passing],
        ]),
      ]),
    ]),
    outside: [outside.withFeedback, outside.withoutFeedback],
  };
}

/** Who qualifies by a draft, of the students there are. */
export function draftView(university: University, periodId: string, { preview }: WalkedDraft): string[] {
  const present = new Set(university.data(periodId).students.map(({ userId }) => userId));
  const qualified = preview.students.filter(({ userId, answer }) => answer && present.has(userId));
  return qualified.map(({ userId }) => userId).sort();
}

export function statusView({ n, status, rows }: SavedStatus): unknown {
  const qualified = rows.filter(({ qualifies }) => qualifies === true).map(({ userId }) => userId);
  return [n, status.status, status.message, status.plugin?.id ?? '', qualified.sort()];
}

/** Everything that is stored of a university's statuses. */
export function storedView(statuses: readonly SavedStatus[]): RecordedStatus[] {
  return statuses.map(({ n, periodId, status, rows, exported }) => ({
    n,
    period: periodId,
    status: status.status,
    message: status.message,
    plugin: status.plugin?.id ?? '',
    students: Object.fromEntries(rows.map(({ userId, qualifies }) => [userId, qualifies])),
    user: status.by,
    exported,
  }));
}
