import { beatImport, raiseDataVersion } from '../../db/qualification/imports';
import { lockPeriod } from '../../db/qualification/lock';
import type { NumberedLine, PeriodImport, PeriodLine } from './import-line';
import { storeAdministrators, storeStudents } from './import-people';
import { addFeedback, storeAssignments, storeGroups } from './import-results';

export interface BatchFindings {
  accept: (value: PeriodLine) => void;
  reject: (line: number, detail: string) => void;
}

/**
 * Stores a batch in one transaction under the period's lock, kind by kind: assignments before the groups that name them,
 * groups before their feedback. Lines that the data refuses are named, the others stay.
 */
export async function storePeriodBatch(
  target: PeriodImport,
  lines: readonly NumberedLine[],
  findings: BatchFindings,
): Promise<void> {
  if (lines.length === 0) return;
  const refused = new Map<number, string>();
  await target.knex.transaction(async (trx) => {
    await lockPeriod(trx, target.periodId);
    await storeAssignments(trx, target, lines);
    await storeStudents(trx, target, lines, refused);
    await storeGroups(trx, target, lines, refused);
    await addFeedback(trx, target, lines, refused);
    await storeAdministrators(trx, target, lines);
    await raiseDataVersion(trx, target.periodId);
    await beatImport(trx, target.importId);
  });
  for (const { line, value } of lines) {
    const detail = refused.get(line);
    if (detail === undefined) findings.accept(value);
    else findings.reject(line, detail);
  }
}
