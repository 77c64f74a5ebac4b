import type { ExportLevel } from '../../../domain/exports/model';
import type { GoldenExport } from '../../golden/enterprise-cases';

/** A recorded learner export with where it comes from. */
export interface RecordedExport {
  fileName: string;
  index: number;
  level: ExportLevel;
  one: GoldenExport;
}

/** Whether a recorded file has the shape of export_cases.json or assessment_cases.json. */
export function isExportFile(parsed: unknown): parsed is { cases: GoldenExport[] } {
  const cases = (parsed as { cases?: unknown } | null)?.cases;
  if (!Array.isArray(cases)) return false;
  const [first] = cases as Record<string, unknown>[];
  return first !== undefined && 'world' in first && 'call' in first && 'installed_expectation' in first;
}

/** Assessment cases are recognised by their gradebooks; enrollments of completion cases have none. */
export function exportsOf(fileName: string, { cases }: { cases: GoldenExport[] }): RecordedExport[] {
  const hasGradebook = cases.some(({ world }) => world.enrollments.some(({ gradebook }) => gradebook !== undefined));
  const level = hasGradebook ? 'assessment' : 'completion';
  return cases.map((one, index) => ({ fileName, index, level, one }));
}
