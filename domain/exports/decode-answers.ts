import { toDecimal } from './decimal';
import type { CertificateAnswer, CourseDetails, GradeAnswer, GradebookAnswer, Percent, SubsectionGrade } from './model';
import { readMoment } from './moments';

/** A service's decoded answer, or that it is malformed; then nothing of it is kept. */
export type Decoded<Answer> = { ok: true; answer: Answer } | { ok: false; reason: 'malformed-answer' };

const MALFORMED = { ok: false, reason: 'malformed-answer' } as const;

type Json = Record<string, unknown>;

/** The grades service answers a list of users; only the learner's own row counts. No such row is no grade. */
export function decodeGrade(body: unknown, username: string): Decoded<GradeAnswer> {
  if (!Array.isArray(body) || !body.every(isJson)) return MALFORMED;
  const row = body.find((one) => one['username'] === username);
  if (row === undefined) return { ok: true, answer: { found: false } };
  return { ok: true, answer: { found: true, passed: toBoolean(row['passed']), percent: readPercent(row['percent']) } };
}

export function decodeCertificate(body: unknown): Decoded<CertificateAnswer> {
  if (!isJson(body)) return MALFORMED;
  const created = body['created_date'] ?? '';
  if (typeof created !== 'string') return MALFORMED;
  const createdAt = created === '' ? 'not-given' : readMoment(created);
  if (createdAt === 'impossible') return MALFORMED;
  const isPassing = toBoolean(body['is_passing']);
  return { ok: true, answer: { found: true, isPassing, percent: readPercent(body['grade']), createdAt } };
}

/** What the courses service says of a run, and the catalog's estimate of its hours. A text is no end date. */
export function decodeCourse(
  body: unknown,
  courseRunId: string,
  estimatedHours: number | null,
): Decoded<CourseDetails> {
  if (!isJson(body)) return MALFORMED;
  const raw = toText(body['end']);
  const moment = raw === null ? null : readMoment(raw);
  if (moment === 'impossible') return MALFORMED;
  const end = moment === 'unreadable' ? null : moment;
  const answer = { courseRunId, title: toText(body['name']), pacing: toText(body['pacing']), end, estimatedHours };
  return { ok: true, answer };
}

/**
 * The learner's attempted subsections. The gradebook answers one row, or a list that may hold others' rows; of two
 * subsections of one name the later one counts, in the earlier one's place (docs/recorded-behaviour.md#assessments).
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
    subsectionId: toText(section['module_id']),
    subsectionName: String(section['subsection_name']),
    category: toText(section['category']),
    label: toText(section['label']),
    percent: toDecimal(section['percent']),
    pointsEarned: toDecimal(section['score_earned']),
    pointsPossible: toDecimal(section['score_possible']),
  };
}

function readPercent(given: unknown): Percent {
  const asGiven = typeof given === 'string' || typeof given === 'number' ? String(given) : null;
  return { value: toDecimal(given), asGiven };
}

function toBoolean(value: unknown): boolean | null {
  return typeof value === 'boolean' ? value : null;
}

function toText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
