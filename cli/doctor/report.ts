import type { Finding, FindingLevel } from './finding';

const MARKS: Record<FindingLevel, string> = { ok: '✓', warning: '!', problem: '✗' };

/** A line per finding, the remedy below it, and a count at the end. */
export function doctorReport(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ check, level, seen, remedy }) => [
    `${MARKS[level]} ${check.padEnd(width)} ${seen}`,
    ...(remedy === undefined ? [] : [`  ${' '.repeat(width)} → ${remedy}`]),
  ]);
  const count = (level: FindingLevel): number => findings.filter((finding) => finding.level === level).length;
  return [...lines, '', `${count('ok')} well, ${count('warning')} to look at, ${count('problem')} wrong`].join('\n');
}

export function isWell(findings: readonly Finding[]): boolean {
  return findings.every(({ level }) => level !== 'problem');
}
