import type { Knex } from 'knex';
import type { DraftStudentsQuery } from '../../contracts/http/qualification/drafts';
import { readChunks } from '../../db/qualification/draft-chunks';
import type { StoredDraft } from '../../db/qualification/drafts';
import { findNames } from '../../db/qualification/names';
import { readStatusAnswers } from '../../db/qualification/status-rows';
import { findStatus } from '../../db/qualification/statuses';
import type { StudentDecision } from '../../domain/qualification/evaluation';
import { inPrintOrder, isPrintSort } from '../../domain/qualification/print-order';
import type { Language } from '../../domain/qualification/text';
import { namesOf } from './results';

export interface PreviewedStudent extends StudentDecision {
  username: string | null;
  fullName: string | null;
  /** In the status the draft is based on. */
  before: boolean | null;
}

type StudentFilter = Pick<DraftStudentsQuery, 'q' | 'qualifies' | 'changed' | 'sort'>;

interface StudentPage {
  limit: number;
  /** The student the page before ended with. */
  after?: string;
  language: Language;
}

/** A page of a preview's students. By id it is read chunk by chunk; another order needs all that pass the filter. */
export async function selectStudents(
  knex: Knex,
  draft: StoredDraft,
  { sort = 'userId', ...filter }: StudentFilter,
  { limit, after, language }: StudentPage,
): Promise<PreviewedStudent[]> {
  const isById = !isPrintSort(sort);
  const found: PreviewedStudent[] = [];
  for await (const student of previewedStudents(knex, draft, isById ? after : undefined)) {
    if (!passes(student, filter)) continue;
    found.push(student);
    if (isById && found.length >= limit) break;
  }
  if (!isPrintSort(sort)) return found;
  const printed = found.map(({ username, fullName, ...student }) => {
    return { ...student, username: username ?? '', fullName: fullName ?? '', names: { username, fullName } };
  });
  const ordered = inPrintOrder(printed, sort, language).map(({ names, ...student }) => ({ ...student, ...names }));
  const start = after === undefined ? 0 : ordered.findIndex(({ userId }) => userId === after) + 1;
  return ordered.slice(start, start + limit);
}

/** All students of a preview behind one of them, with their names and what was said of them before. */
export async function* previewedStudents(
  knex: Knex,
  draft: StoredDraft,
  after?: string,
): AsyncGenerator<PreviewedStudent> {
  const before = await answersBefore(knex, draft);
  for await (const chunk of readChunks(knex, draft.draftId, after)) {
    const names = await findNames(
      knex,
      chunk.map(({ userId }) => userId),
    );
    for (const decision of chunk) {
      if (after !== undefined && Buffer.compare(Buffer.from(decision.userId), Buffer.from(after)) <= 0) continue;
      yield { ...decision, ...namesOf(names, decision.userId), before: before.get(decision.userId) ?? null };
    }
  }
}

async function answersBefore(knex: Knex, { periodId, basedOnSeq }: StoredDraft): Promise<Map<string, boolean>> {
  const status = basedOnSeq === null ? undefined : await findStatus(knex, periodId, basedOnSeq);
  return status === undefined ? new Map<string, boolean>() : readStatusAnswers(knex, status.statusId);
}

function passes(student: PreviewedStudent, { q, qualifies, changed }: Omit<StudentFilter, 'sort'>): boolean {
  if (qualifies !== undefined && student.qualifies !== qualifies) return false;
  if (changed !== undefined && (student.before !== student.qualifies) !== changed) return false;
  if (q === undefined) return true;
  const wanted = q.toLocaleLowerCase();
  return [student.userId, student.username, student.fullName].some((text) =>
    text?.toLocaleLowerCase().includes(wanted),
  );
}
