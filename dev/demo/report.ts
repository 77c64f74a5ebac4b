import { join } from 'node:path';
import { exportTable } from '../../cli/export/table';
import type { AttemptAnswer } from '../../contracts/http/attempts';
import { textTable } from '../table';
import { dailyLists, workflowList } from '../temporal-links';
import type { DemoExams, Demo } from './demo';
import { DEMO_PROVIDER, RULE_SET } from './demo';
import { tallyByService } from './effects';
import type { ExamOfficeResult } from './exam-office';
import type { Exported } from './export';
import type { Finding } from './finding';
import type { Inspection } from './invariants';

/** The result: attempts by status, effects by service, and each invariant with what was found. */
export function demoResult({ exams, learners }: Demo, { attempts, effects, findings }: Inspection): string {
  return [
    `${learners.length} learners, provider ${DEMO_PROVIDER}, rule set "${RULE_SET}"`,
    statusTable(exams, attempts),
    effectTable(effects),
    ...findings.map(findingText),
  ].join('\n');
}

/** What became of the exported learners. */
export function exportResultOf({ first, findings }: Exported): string {
  return [`Learner export, ${first.status}`, exportTable(first), ...findings.map(findingText)].join('\n');
}

/** What the exam office saw. */
export function examOfficeResultOf({ draft, saved, changes, retracted, findings }: ExamOfficeResult): string {
  const rows = changes.flatMap(({ userId, before, after, assignments }) =>
    assignments.map((one) => [
      userId,
      `${answerText(before)} → ${answerText(after)}`,
      one.assignmentId,
      `${cellText(one.before)} → ${cellText(one.after)}`,
    ]),
  );
  return [
    'Who qualifies for the final exam',
    `Preview: ${draft.counts.qualify} of ${draft.counts.students} students qualify. ${draft.summary ?? ''}`,
    `Status ${saved.seq}: ${saved.statusText}, ${saved.counts.qualify} qualify, ${saved.counts.fail} do not`,
    textTable(['Changed since', 'answer', 'because of', 'result'], rows),
    `Status ${retracted.seq}: ${retracted.statusText}. "${retracted.message}"`,
    ...findings.map(findingText),
  ].join('\n');
}

function answerText(answer: boolean | null): string {
  return answer === null ? 'none' : answer ? 'qualifies' : 'does not';
}

function cellText(cell: { state: string; points: number | null } | null): string {
  return cell === null ? 'none' : `${cell.state}, ${cell.points ?? 'no'} points`;
}

/** Where to look on, as long as the stack is up. */
export function linksOf({ stack, exams }: Demo): string {
  const { api, simulator } = stack.urls;
  const { examId, examName } = exams.proctored[0];
  const links = {
    [`All attempts on ${examName}`]: workflowList(stack, `ExamId="${examId}"`),
    [`${examName}, decided`]: workflowList(stack, `ExamId="${examId}" AND AttemptPhase="decided"`),
    ...dailyLists(stack),
    'API documentation': `${api}/docs`,
    'Simulator, requests': `${simulator}/_sim/log`,
    'Simulator, log file': join(stack.logDir, 'simulator-requests.log'),
  };
  return Object.entries(links)
    .map(([name, link]) => `  ${name.padEnd(26)}${link}`)
    .join('\n');
}

export function holds(findings: readonly Finding[]): boolean {
  return findings.every(({ breaches }) => breaches.length === 0);
}

function findingText({ invariant, examined, breaches }: Finding): string {
  if (breaches.length === 0) return `  ok      ${invariant} (${examined})`;
  const firstBreaches = breaches.slice(0, 10).map((breach) => `            ${breach}`);
  const more =
    breaches.length > firstBreaches.length ? [`            and ${breaches.length - firstBreaches.length} more`] : [];
  return [`  BROKEN  ${invariant} (${examined}):`, ...firstBreaches, ...more].join('\n');
}

function statusTable({ proctored, practice, timed }: DemoExams, attempts: readonly AttemptAnswer[]): string {
  const exams = [...proctored, practice, timed];
  const labels = [...new Set(attempts.map(labelOf))].sort();
  const withLabel = (label: string): AttemptAnswer[] => attempts.filter((attempt) => labelOf(attempt) === label);
  return textTable(
    ['Status', ...exams.map(({ examName }) => examName), 'all'],
    [...labels.map((label) => [label, ...countsOf(exams, withLabel(label))]), ['all', ...countsOf(exams, attempts)]],
  );
}

function countsOf(exams: readonly { examId: number }[], attempts: readonly AttemptAnswer[]): number[] {
  return [
    ...exams.map(({ examId }) => attempts.filter((attempt) => attempt.examId === examId).length),
    attempts.length,
  ];
}

/** A removed attempt keeps the status it had. */
function labelOf({ status, isArchived }: AttemptAnswer): string {
  return isArchived ? `removed (${status})` : status;
}

function effectTable(effects: Inspection['effects']): string {
  const rows = tallyByService(effects).map(({ service, done, superseded, retriesSurvived }) => {
    return [service, done, superseded, retriesSurvived];
  });
  return textTable(['Service', 'effects done', 'superseded', 'retries survived'], rows);
}
