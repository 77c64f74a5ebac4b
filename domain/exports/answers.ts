import { toDecimal } from './decimal';
import { readMoment } from './instants';
import type { CertificateAnswer, CourseDetails, GradeAnswer, GradebookAnswer, Percent, SubsectionGrade } from './model';

/** A service's answer as the rules take it, or that it makes no sense. Nothing of the answer is kept in that case. */
export type Decoded<Answer> = { ok: true; answer: Answer } | { ok: false; reason: 'malformed-answer' };

const MALFORMED = { ok: false, reason: 'malformed-answer' } as const;

type Json = Record<string, unknown>;

/** The grades service answers a list of users; only the learner's own row counts. No such row is no grade. */
export function decodeGrade(body: unknown, username: string): Decoded<GradeAnswer> {
  if (!Array.isArray(body) || !body.every(isJson)) return MALFORMED;
  const row = body.find((one) => one['username'] === username);
  if (row === undefined) return { ok: true, answer: { found: false } };
  return { ok: true, answer: { found: true, passed: flag(row['passed']), percent: readPercent(row['percent']) } };
}

export function decodeCertificate(body: unknown): Decoded<CertificateAnswer> {
  if (!isJson(body)) return MALFORMED;
  const created = body['created_date'] ?? '';
  if (typeof created !== 'string') return MALFORMED;
  const createdAt = created === '' ? 'not-given' : readMoment(created);
  if (createdAt === 'impossible') return MALFORMED;
  const isPassing = flag(body['is_passing']);
  return { ok: true, answer: { found: true, isPassing, percent: readPercent(body['grade']), createdAt } };
}

/** What the courses service says of a run, and the catalog's estimate of its hours. Words for an end are no end. */
export function decodeCourse(
  body: unknown,
  courseRunId: string,
  estimatedHours: number | null,
): Decoded<CourseDetails> {
  if (!isJson(body)) return MALFORMED;
  const written = text(body['end']);
  const read = written === null ? null : readMoment(written);
  if (read === 'impossible') return MALFORMED;
  const end = read === 'unreadable' ? null : read;
  const answer = { courseRunId, title: text(body['name']), pacing: text(body['pacing']), end, estimatedHours };
  return { ok: true, answer };
}

/**
 * The learner's attempted subsections. The gradebook answers one row, or a list that may hold others' rows; of two
 * subsections of one name the later one counts, in the earlier one's place (golden README, "assessment_cases").
 */
export function decodeGradebook(body: unknown, username: string): Decoded<GradebookAnswer> {
  if (!isJson(body)) return MALFORMED;
  const rows = Array.isArray(body['results']) ? body['results'].filter(isJson) : [body];
  const sections = rows.find((row) => row['username'] === username)?.['section_breakdown'] ?? [];
  if (!Array.isArray(sections) || !sections.every(isJson)) return MALFORMED;
  const byName = new Map<string, SubsectionGrade>();
  for (const section of sections) {
    if (section['attempted'] === true) byName.set(String(section['subsection_name']), subsectionOf(section));
  }
  return { ok: true, answer: [...byName.values()] };
}

function subsectionOf(section: Json): SubsectionGrade {
  return {
    subsectionId: text(section['module_id']),
    subsectionName: String(section['subsection_name']),
    category: text(section['category']),
    label: text(section['label']),
    percent: toDecimal(section['percent']),
    pointsEarned: toDecimal(section['score_earned']),
    pointsPossible: toDecimal(section['score_possible']),
  };
}

function readPercent(given: unknown): Percent {
  const asGiven = typeof given === 'string' || typeof given === 'number' ? String(given) : null;
  return { value: toDecimal(given), asGiven };
}

function flag(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
