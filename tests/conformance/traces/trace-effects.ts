import type { Knex } from 'knex';
import type { GoldenEffect } from '../../golden/cases';
import type { ConformanceStack } from '../conformance-stack';
import { effectsWithoutCall } from '../effect-rows';
import { fullCalls, mailStatusOf, type OutsideCall } from '../outside-calls';
import type { TraceCourse } from './trace-course';

/** From where on an operation's effects are counted. */
export interface Since {
  /** The simulator's newest request. */
  mark: number;
  /** The newest row of the course's effects. */
  effect: number;
}

/** Templates as the recordings name them, by the status a mail tells of. */
const TEMPLATES: Record<string, string> = {
  submitted: 'emails/proctoring_attempt_submitted_email.html',
  verified: 'emails/proctoring_attempt_satisfactory_email.html',
  rejected: 'emails/proctoring_attempt_unsatisfactory_email.html',
};

/** All that happened outside, in the recordings' words; files of the specification do not record what it does not do. */
export async function observedEffects(
  stack: ConformanceStack,
  course: TraceCourse,
  since: Since,
): Promise<GoldenEffect[]> {
  const { courseId } = course;
  const calls = fullCalls(await stack.simulator.requestsSince(since.mark), course.recordedNames);
  const mails = await mailRows(stack.knex, courseId, since.effect);
  const heard = calls.map((call) => (call.effect.do === 'email' ? mailView(call, mails, course) : call.effect));
  const silent = (await effectsWithoutCall(stack.knex, courseId, since.effect)).map(withoutNullId);
  const all = [...heard, ...silent];
  return course.isClassic ? all.filter(({ do: name }) => !isNewer(name)) : all;
}

function isNewer(name: string): boolean {
  return name.startsWith('backend.') || name === 'instructor.complete_student_attempt';
}

function withoutNullId({ external_id: id, ...effect }: GoldenEffect): GoldenEffect {
  return id === null ? effect : { ...effect, external_id: id };
}

interface MailRow {
  key: string;
  exam_id: number;
  detail: string | null;
}

/** What a mail is about is known by its Message-ID; the course name is kept with the effect when it is sent. */
async function mailRows(knex: Knex, courseId: string, afterId: number): Promise<Map<string, MailRow>> {
  const rows = await knex<MailRow & { id: number; course_id: string; name: string }>('effects')
    .where({ course_id: courseId, name: 'email' })
    .where('id', '>', afterId);
  return new Map(rows.map((row) => [`<${row.key.replace(/[^\w.-]/g, '.')}@invigil>`, row]));
}

function mailView({ entry, effect }: OutsideCall, rows: Map<string, MailRow>, course: TraceCourse): GoldenEffect {
  const { do: name, to, subject, from_email } = effect;
  const status = mailStatusOf(subject);
  if (!course.isClassic) return { do: name, to, subject, template: TEMPLATES[status], from_email };
  const row = rows.get(String((entry.body as { messageId?: string }).messageId));
  const exam = row ? course.examLabel(row.exam_id) : undefined;
  return { do: name, to, status, exam, course_name: row?.detail ? row.detail : 'your course' };
}
