import type { ApiAnswer } from '../../../dev/api-client';
import type { RecordedStatus } from '../../golden/qualification/walk';
import { draftsOf, qualificationOf } from './office-api';
import { granted } from './walk-answers';
import type { WalkStage, WalkedStatus } from './walk-stage';

/** A status as the running system shows it, with what it says of each student. */
export interface ShownStatus extends WalkedStatus {
  status: string;
  message: string;
  plugin: string;
  by: string;
  exported: boolean;
  students: [userId: string, qualifies: boolean | null][];
}

/** How statuses are put in order: by their numbers, or by the clocks somebody set (D12). */
export type NewestBy = 'number' | 'clock';

interface ResultItem {
  userId: string;
  results: { assignmentId: string; groups: { state: string; points: number | null; passing: boolean | null }[] }[];
}

/** A period as people see it: its assignments, and every group's state and feedback of every student. */
export async function readPeriod(stage: WalkStage, actor: string, periodId: string): Promise<Record<string, unknown>> {
  const api = await stage.api(actor);
  const plain = (id: string): string => stage.names.plain(id);
  const { answer, items } = await api.list<ResultItem>(`${qualificationOf(stage.own(periodId))}/results`);
  const { assignments, candidates } = granted(answer).body as {
    assignments: { assignmentId: string }[];
    candidates: { withFeedback: string[]; withoutFeedback: string[] };
  };
  return {
    assignments: assignments.map(({ assignmentId }) => plain(assignmentId)),
    students: items.map(({ userId, results }) => [
      plain(userId),
      results.map(({ assignmentId, groups }) => [
        plain(assignmentId),
        groups.map(({ state, points, passing }) => [state, points === null ? null : [points, passing]]),
      ]),
    ]),
    outside: [candidates.withFeedback.map(plain), candidates.withoutFeedback.map(plain)],
  };
}

interface StatusItem {
  seq: number;
  status: string;
  message: string;
  by: string;
  plugin: { id: string } | null;
  exported: object[];
}

/** All statuses of a period with their students, the newest first. */
export async function readStatuses(
  stage: WalkStage,
  actor: string,
  periodId: string,
  newestBy: NewestBy = 'number',
): Promise<ShownStatus[]> {
  const api = await stage.api(actor);
  const path = qualificationOf(stage.own(periodId));
  const { answer, items } = await api.list<StatusItem>(`${path}/history`);
  granted(answer);
  const shown = await Promise.all(
    items.map(async ({ seq, status, message, by, plugin, exported }): Promise<ShownStatus> => {
      return {
        n: statusAt(stage, periodId, seq).n,
        periodId,
        seq,
        status,
        message,
        plugin: plugin?.id ?? '',
        by: stage.names.plain(by),
        exported: exported.length > 0,
        students: await readAnswers(stage, actor, `${path}/statuses/${seq}/students`),
      };
    }),
  );
  if (newestBy === 'number') return shown;
  const clock = ({ n }: ShownStatus): string => stage.university.createdAt.get(n) ?? '9999';
  return shown.sort((one, other) => (clock(one) < clock(other) ? 1 : -1));
}

function statusAt({ statuses }: WalkStage, periodId: string, seq: number): WalkedStatus {
  const found = statuses.find((one) => one.periodId === periodId && one.seq === seq);
  if (found === undefined) throw new Error(`nobody knows status ${seq} of ${periodId}`);
  return found;
}

/** What a list says of each student, by the recording's ids. */
async function readAnswers(
  stage: WalkStage,
  actor: string,
  path: string,
): Promise<[userId: string, qualifies: boolean | null][]> {
  const { answer, items } = await (await stage.api(actor)).list<{ userId: string; qualifies: boolean | null }>(path);
  granted(answer);
  return items.map(({ userId, qualifies }) => [stage.names.plain(userId), qualifies]);
}

/** Who qualifies by a draft; by what it was saved as, once it is. */
export async function readQualified(
  stage: WalkStage,
  actor: string,
  { periodId, draftId }: { periodId: string; draftId: string },
): Promise<string[]> {
  const api = await stage.api(actor);
  const draft: ApiAnswer = granted(await api.get(`${draftsOf(stage.own(periodId))}/${draftId}`));
  const { state, savedAs } = draft.body as { state: string; savedAs: number | null };
  const path =
    state === 'saved'
      ? `${qualificationOf(stage.own(periodId))}/statuses/${savedAs}/students`
      : `${draftsOf(stage.own(periodId))}/${draftId}/students`;
  return qualifiedIn(await readAnswers(stage, actor, path));
}

export function qualifiedIn(students: ShownStatus['students']): string[] {
  return students
    .filter(([, qualifies]) => qualifies === true)
    .map(([userId]) => userId)
    .sort();
}

/** Everything that is stored of a walk's statuses, in the order of saving. */
export function storedView(statuses: readonly ShownStatus[]): RecordedStatus[] {
  return [...statuses]
    .sort((one, other) => one.n - other.n)
    .map(({ n, periodId: period, status, message, plugin, students, by: user, exported }) => {
      return { n, period, status, message, plugin, students: Object.fromEntries(students), user, exported };
    });
}
