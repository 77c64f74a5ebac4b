import type { ExportLevel } from '../../../../domain/exports/model';
import type { GoldenExport } from '../../../golden/enterprise-cases';
import { compareExportCase } from '../../../golden/enterprise-comparison';
import { runRules } from '../../../golden/enterprise-run';
import { loadEnterprise } from '../../../golden/load';

/** Runs a file's cases over the rules; a case counts once, by the wanted differences it shows. */
function compare(file: string, level: ExportLevel): { defects: string[]; counts: Record<string, number> } {
  const defects: string[] = [];
  const counts: Record<string, number> = {};
  for (const one of loadEnterprise<GoldenExport>(file)) {
    const comparison = compareExportCase(one, level, runRules(one, level));
    if (comparison.difference !== undefined) defects.push(comparison.difference);
    else {
      const name = comparison.wanted.join(' ') || 'agrees';
      counts[name] = (counts[name] ?? 0) + 1;
    }
  }
  return { defects, counts };
}

describe('the recorded learner exports', () => {
  it('agree in records, reasons and conflicts of completions, but for wanted differences', () => {
    const { defects, counts } = compare('export_cases', 'completion');
    expect(defects).toEqual([]);
    if (!process.env['GOLDEN_DIR']) expect(counts).toEqual({ agrees: 134, E1: 5, E2: 10, E3: 4 });
  });

  it('agree in records and reasons of assessments, but for wanted differences', () => {
    const { defects, counts } = compare('assessment_cases', 'assessment');
    expect(defects).toEqual([]);
    if (!process.env['GOLDEN_DIR']) expect(counts).toEqual({ agrees: 66, E1: 1, E3: 1, E7: 2 });
  });
});
