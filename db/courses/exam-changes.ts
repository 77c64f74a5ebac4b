import type { Knex } from 'knex';
import type { Exam } from '../../domain/attempts/model';
import { queryRow, writeRows } from '../core/query';
import { appendAudits, type ChangedBy } from '../requests/audit';
import { auditEntryOf, type Members } from '../requests/configuration-audit';

interface ExamChanges {
  /** As they were, those that existed. */
  before: readonly Exam[];
  after: readonly Exam[];
  by: ChangedBy;
  /** The command that changed them: known again when its answer was lost. */
  commandId: string;
  /** What it was part of. */
  because?: string;
}

/**
 * Writes down what became of exams, a row each, and makes every changed one a version older. To be called in the
 * transaction that changes them. @returns the ids of those that changed.
 */
export async function recordExamChanges(trx: Knex, changes: ExamChanges): Promise<number[]> {
  const { by, commandId, because } = changes;
  const former = new Map(changes.before.map((exam) => [exam.id, exam]));
  const more = { commandId, ...(because === undefined ? {} : { because }) };
  const entries = changes.after.flatMap((exam) => {
    const before = former.get(exam.id);
    const members = { before: before ? membersOf(before) : null, after: membersOf(exam), redact };
    const entry = auditEntryOf({ kind: 'exam', object: `exam:${exam.id}`, ...members, scope: 'exams:write', more }, by);
    return entry ? [{ examId: exam.id, isNew: before === undefined, entry }] : [];
  });
  const changed = entries.filter(({ isNew }) => !isNew).map(({ examId }) => examId);
  if (changed.length > 0) {
    await writeRows(trx, 'update exams set version = version + 1 where id = any(:changed)', { changed });
  }
  await appendAudits(
    trx,
    entries.map(({ entry }) => entry),
  );
  return entries.map(({ examId }) => examId);
}

/** What callers may set. */
function membersOf(exam: Exam): Members {
  const { id: _id, effectiveProvider: _counts, version: _version, policy, dueDate, provider, ...members } = exam;
  return {
    ...members,
    dueDate: dueDate?.toISOString() ?? null,
    proctoringProvider: provider,
    reviewRules: policy?.policy ?? null,
    editedBy: policy?.editedBy ?? null,
  };
}

/** Rules for reviewers are long, and who edited them may be a person's address: only that they changed. */
function redact({ reviewRules: _rules, editedBy: _editor, ...members }: Members): Members {
  return members;
}

/** Who changed an exam last, and whether the command did it itself: then its repetition is no conflict. */
export async function lastExamChange(
  trx: Knex,
  examId: number,
  commandId: string,
): Promise<{ actor: string | null; isOwn: boolean }> {
  const row = await queryRow<{ actor: string | null; isOwn: boolean }>(trx, LAST, {
    object: `exam:${examId}`,
    commandId,
  });
  return row ?? { actor: null, isOwn: false };
}

const LAST = `
  select (select actor from audit_log where object = :object order by at desc, id desc limit 1) as actor,
    exists (select 1 from audit_log where object = :object and detail ->> 'commandId' = :commandId) as "isOwn"`;
