import type { PeriodImportAnswer, PeriodImportKind } from '../../contracts/http/qualification/import';
import type { PeriodRowKind } from '../../db/qualification/import-rows';
import { isTombstone, type PeriodLine } from './import-line';

const ERRORS_REPORTED = 1_000;

/** What an import tells at its end, and which rows the file named. */
export class PeriodImportReport {
  readonly named: Record<PeriodRowKind, Set<string | number>> = {
    assignment: new Set(),
    student: new Set(),
    group: new Set(),
  };
  rejected = 0;
  removed = 0;
  private readonly errors: { line: number; detail: string }[] = [];
  private readonly kinds: Record<PeriodImportKind, number> = {
    assignment: 0,
    student: 0,
    group: 0,
    feedback: 0,
    administrator: 0,
  };

  readonly accept = (value: PeriodLine): void => {
    this.kinds[value.kind] += 1;
    if (isTombstone(value)) return;
    if (value.kind === 'assignment') this.named.assignment.add(value.assignmentId);
    if (value.kind === 'student') this.named.student.add(value.userId);
    if (value.kind === 'group' || value.kind === 'feedback') this.named.group.add(value.groupId);
  };

  readonly reject = (line: number, detail: string): void => {
    this.rejected += 1;
    if (this.errors.length < ERRORS_REPORTED) this.errors.push({ line, detail });
  };

  answer(replace: boolean): PeriodImportAnswer {
    const accepted = Object.values(this.kinds).reduce((sum, count) => sum + count, 0);
    const removed = replace && this.rejected > 0 ? null : this.removed;
    const errors = [...this.errors].sort((a, b) => a.line - b.line);
    return { accepted, rejected: this.rejected, kinds: this.kinds, removed, errors };
  }
}
