import type { Knex } from 'knex';
import type {
  ApplyPublishInput,
  ApplyPublishResult,
  PublishActivities,
  PublishResult,
} from '../../contracts/courses/messages';
import type { InJson } from '../../contracts/in-json';
import { courseTime } from '../../db/attempts/view';
import { lockCourse } from '../../db/core/locks';
import { findCourse } from '../../db/courses/courses';
import { examsOfCourse } from '../../db/courses/exams';
import { recordPublish } from '../../db/courses/publish-audit';
import { applyExamStep, ensureCourse, findPublish, storePublish } from '../../db/courses/publishes';
import type { PublishedExam } from '../../domain/courses/exam-steps';
import { countsOf, type PublishPlan, planPublish } from '../../domain/courses/publish-plan';
import type { Dependencies } from '../attempts/dependencies';

type Applied = Extract<ApplyPublishResult, { kind: 'applied' }>;

/**
 * The publish in one transaction under the course's lock: a command applied before gives its first result; a new one is
 * planned against the locked rows and written as a whole or not at all.
 */
export function applyPublishActivity({ knex, providers }: Dependencies): Pick<PublishActivities, 'applyPublish'> {
  const known = {
    names: providers.map(({ name }) => name),
    byDefault: providers.find(({ retired }) => retired !== true)?.name ?? null,
  };
  return { applyPublish: (input) => knex.transaction((trx) => applyIn(trx, input, known)) };
}

/** The configured providers, and the one of a course that names none. */
interface KnownProviders {
  names: readonly string[];
  byDefault: string | null;
}

async function applyIn(trx: Knex, input: ApplyPublishInput, providers: KnownProviders): Promise<ApplyPublishResult> {
  const { courseId, commandId, proctoringProvider } = input;
  await lockCourse(trx, courseId);
  const applied = await findPublish(trx, commandId);
  if (applied) return applied as ApplyPublishResult;
  const course = await findCourse(trx, courseId);
  const stored = await examsOfCourse(trx, courseId);
  const plan = planPublish({
    ...input,
    provider: proctoringProvider,
    defaultProvider: course?.provider ?? providers.byDefault,
    knownProviders: new Set(providers.names),
    stored,
    sent: input.exams.map(parseExam),
  });
  if (plan.kind === 'refused') return plan;
  const now = course ? courseTime(course.clock, new Date(input.nowMs)) : new Date(input.nowMs);
  const result = await executePlan(trx, plan, { ...input, now });
  await storePublish(trx, { commandId, courseId, result, now });
  await recordPublish(trx, { courseId, commandId, before: stored, answer: result.answer, now });
  return result;
}

interface PlanContext extends ApplyPublishInput {
  now: Date;
}

async function executePlan(
  trx: Knex,
  plan: Exclude<PublishPlan, { kind: 'refused' }>,
  { courseId, commandId, proctoringProvider, now }: PlanContext,
): Promise<Applied> {
  if (plan.kind === 'skipped') return { kind: 'applied', answer: answerOf(courseId, plan), changedExamIds: [] };
  await ensureCourse(trx, courseId, proctoringProvider ?? plan.providerByDefault);
  const changedExamIds: number[] = [];
  for (const step of plan.steps) {
    const examId = await applyExamStep(trx, step, { courseId, commandId, now });
    if (step.do === 'update' || step.do === 'deactivate') changedExamIds.push(examId);
  }
  return { kind: 'applied', answer: answerOf(courseId, plan), changedExamIds };
}

function answerOf(courseId: string, plan: Exclude<PublishPlan, { kind: 'refused' }>): PublishResult {
  if (plan.kind === 'skipped') return { courseId, ...countsOf([]), skipped: plan.reason };
  return { courseId, ...countsOf(plan.steps) };
}

function parseExam({ dueDate, ...exam }: InJson<PublishedExam>): PublishedExam {
  return { ...exam, dueDate: dueDate === null ? null : new Date(dueDate) };
}
