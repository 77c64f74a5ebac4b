import { shownState } from '../../../../../domain/qualification/group-result';
import { candidatesOutside } from '../../../../../domain/qualification/results';
import { WALKED_AT, type SavedStatus, type University, type WalkedDraft } from './university';
import { pluginIdOf, type RecordedStatus } from './walk';

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

interface RecordedPeriodData {
  assignments: string[];
  relatedstudents: { username: string; results: unknown[] }[];
  students_with_feedback_that_is_candidate_but_not_in_related: { username: string }[];
  students_with_no_feedback_that_is_candidate_but_not_in_related: { username: string }[];
}

/** The same of a recorded body. */
export function recordedPeriodView(data: RecordedPeriodData): Record<string, unknown> {
  const names = (list: { username: string }[]): string[] => list.map(({ username }) => username);
  return {
    assignments: data.assignments,
    students: data.relatedstudents.map(({ username, results }) => [username, results]),
    outside: [
      names(data.students_with_feedback_that_is_candidate_but_not_in_related),
      names(data.students_with_no_feedback_that_is_candidate_but_not_in_related),
    ],
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

interface RecordedStatusBody {
  id: string;
  status: string;
  message: string;
  plugin: string;
  passing_relatedstudentids_map: Record<string, true>;
}

export function recordedStatusView(body: RecordedStatusBody): unknown {
  const qualified = Object.keys(body.passing_relatedstudentids_map).map((id) => id.replace('rs:', ''));
  return [Number(body.id.replace('status:', '')), body.status, body.message, pluginIdOf(body.plugin), qualified.sort()];
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

export function recordedStoredView(statuses: readonly RecordedStatus[]): RecordedStatus[] {
  return statuses.map((status) => ({ ...status, plugin: pluginIdOf(status.plugin) }));
}
