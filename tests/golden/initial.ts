import type { Attempt, Exam } from '../../domain/attempts/model';
import type { GoldenCase, GoldenFile } from './cases';
import { minutesAfter } from './instants';
import { examIdOf, goldenAttempt, goldenExam, overridesOf } from './rows';

/** The rows that exist before the operation of a case runs. */
export interface InitialState {
  exams: Exam[];
  attempts: Attempt[];
}

/** One exam `e1` of the case's kind. */
export function caseExam(file: GoldenFile, one: GoldenCase, label = 'e1', kindName = one.kind): Exam {
  const kind = file.kinds[kindName ?? 'proctored'];
  if (!kind) throw new Error(`unknown exam kind ${kindName}`);
  const due = one.due_in_minutes;
  return goldenExam(label, kind, {
    timeLimitMins: one.time_limit_mins ?? 60,
    dueDate: due === undefined || due === null ? null : minutesAfter(new Date(file.now), due),
  });
}

/** One attempt `a1` on `e1` in the status given. */
export function singleAttempt(file: GoldenFile, one: GoldenCase, status = one.from): InitialState {
  const exam = caseExam(file, one);
  const { taking_as_proctored: takingAsProctored, flags = {} } = one;
  const attempt = goldenAttempt('a1', exam, status ?? 'created', new Date(file.now), {
    ...(takingAsProctored === undefined ? {} : { takingAsProctored }),
    ...(flags.is_resumable === undefined ? {} : { isResumable: flags.is_resumable }),
    ...(flags.ready_to_resume === undefined ? {} : { readyToResume: flags.ready_to_resume }),
    ...(flags.resumed === undefined ? {} : { resumed: flags.resumed }),
  });
  return { exams: [exam], attempts: [attempt] };
}

/** `a1` older and resumed after an error, `a2` newer with what was left. */
export function twoAttempts(file: GoldenFile, one: GoldenCase): InitialState {
  const exam = caseExam(file, one);
  const now = new Date(file.now);
  const left = { timeRemainingSeconds: 1500 };
  const older = { ...left, readyToResume: true, resumed: true, isResumable: false, isCurrent: false, completedAt: null };
  return {
    exams: [exam],
    attempts: [
      goldenAttempt('a1', exam, one.older_status ?? 'error', now, older),
      goldenAttempt('a2', exam, one.newer_status ?? 'created', now, left),
    ],
  };
}

/** The attempts listed in `before`; exams other than `e1` are proctored ones of a provider without onboarding. */
export function listedAttempts(file: GoldenFile, one: GoldenCase): InitialState {
  const rows = Object.entries(one.before ?? {});
  const labels = [...new Set(['e1', ...rows.map(([, row]) => String(row['exam']))])].sort();
  const exams = labels.map((label) => caseExam(file, one, label, label === 'e1' ? one.kind : 'proctored'));
  const attempts = rows.map(([name, row]) => {
    const exam = exams.find(({ id }) => id === examIdOf(String(row['exam'])));
    if (!exam) throw new Error(`${name} is on an unknown exam`);
    return goldenAttempt(name, exam, String(row['status']), new Date(file.now), overridesOf(row));
  });
  return { exams, attempts };
}

/** All exams of a cascade case with the learner's attempts on them. */
export function courseOfExams(file: GoldenFile, one: GoldenCase): InitialState {
  const now = new Date(file.now);
  const exams: Exam[] = [];
  const attempts: Attempt[] = [];
  for (const listed of one.exams ?? []) {
    const kind = file.kinds[listed.kind];
    if (!kind) throw new Error(`unknown exam kind ${listed.kind}`);
    const dueDate = listed.due_date === undefined ? null : new Date(listed.due_date);
    const exam = goldenExam(listed.exam, kind, { dueDate, isActive: listed.is_active ?? true });
    exams.push(exam);
    if (listed.attempt === null) continue;
    const startedAgo = listed.started_minutes_ago;
    const started = startedAgo === undefined ? {} : { startedAt: minutesAfter(now, -startedAgo) };
    attempts.push(goldenAttempt(`a${attempts.length + 1}`, exam, listed.attempt, now, started));
  }
  return { exams, attempts };
}
