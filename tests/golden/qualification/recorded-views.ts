import { pluginIdOf, type RecordedStatus } from './walk';

interface RecordedPeriodData {
  assignments: string[];
  relatedstudents: { username: string; results: unknown[] }[];
  students_with_feedback_that_is_candidate_but_not_in_related: { username: string }[];
  students_with_no_feedback_that_is_candidate_but_not_in_related: { username: string }[];
}

/** A period as people saw it: its assignments, and every group's state and feedback of every student. */
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

export function recordedStoredView(statuses: readonly RecordedStatus[]): RecordedStatus[] {
  return statuses.map((status) => ({ ...status, plugin: pluginIdOf(status.plugin) }));
}

/** "Ada Berg (s1) Yes" → s1 */
export function recordedSections(sections: [string, string[]][]): string[][] {
  return sections.map(([, lines]) => lines.map((line) => /\((\w+)\)/.exec(line)?.[1] ?? line));
}
