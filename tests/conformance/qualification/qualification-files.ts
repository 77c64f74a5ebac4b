import type { Scenario } from '../../golden/qualification/scenario';
import type { RowCase, StatusCase, StatusRules } from '../../golden/qualification/status-rules';
import type { Walk } from '../../golden/qualification/walk';

/** Something recorded with where it comes from. */
export interface RecordedPart<One> {
  fileName: string;
  /** In the file's list. */
  index: number;
  one: One;
}

export type RecordedScenario = RecordedPart<Scenario>;
export type RecordedWalk = RecordedPart<Walk>;
export type RecordedStatusCase = RecordedPart<StatusCase>;
export type RecordedRowCase = RecordedPart<RowCase>;

/** What files about qualification for final exams hold. */
export interface QualificationRecordings {
  scenarios: RecordedScenario[];
  walks: RecordedWalk[];
  statusCases: RecordedStatusCase[];
  rowCases: RecordedRowCase[];
}

/** Scenarios of plugins, walks through the wizard, and rules of a status: any of them makes such a file. */
export interface QualificationFile extends StatusRules {
  scenarios?: Scenario[];
  walks?: Walk[];
}

export function isQualificationFile(parsed: unknown): parsed is QualificationFile {
  const { scenarios, walks, status_clean: statuses, qualifies_clean: rows } = (parsed ?? {}) as QualificationFile;
  return [scenarios, walks, statuses, rows].some(Array.isArray);
}

export function noQualification(): QualificationRecordings {
  return { scenarios: [], walks: [], statusCases: [], rowCases: [] };
}

export function qualificationCount({ scenarios, walks, statusCases, rowCases }: QualificationRecordings): number {
  return scenarios.length + walks.length + statusCases.length + rowCases.length;
}

export function addQualification(read: QualificationRecordings, fileName: string, file: QualificationFile): void {
  const parts = <One>(list: readonly One[] = []): RecordedPart<One>[] =>
    list.map((one, index) => ({ fileName, index, one }));
  read.scenarios.push(...parts(file.scenarios));
  read.walks.push(...parts(file.walks));
  read.statusCases.push(...parts(file.status_clean));
  read.rowCases.push(...parts(file.qualifies_clean));
}
