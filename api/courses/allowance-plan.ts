import type { FastifyRequest } from 'fastify';
import type { ErrorCode } from '../../contracts/errors';
import { Refusal } from '../../contracts/refusal';
import type { Allowance } from '../../db/attempts/allowances';
import { knownLearners } from '../../db/courses/learners';
import { allowanceToStore, grantsTime } from '../../domain/attempts/allowances';
import { visibleExam } from '../auth/access';
import type { ApiContext } from '../context';

export interface AllowanceWish {
  examIds: readonly number[];
  userIds: readonly string[];
  key: string;
  value: string;
  applyToRunning?: boolean;
}

/** An exam or a learner that gets none of the allowances, and why. */
export interface LeftOut {
  examId?: number;
  userId?: string;
  code: ErrorCode;
}

/**
 * What a wish for allowances comes to: one row for each active exam and known learner; the others are named (timing.json,
 * families allowance_user and bulk_allowance). @throws Refusal when the value cannot be one, whoever it is for.
 */
export async function planAllowances(
  context: ApiContext,
  { principal }: FastifyRequest,
  wish: AllowanceWish,
): Promise<{ rows: Allowance[]; leftOut: LeftOut[] }> {
  const { key, value, userIds } = wish;
  requireTime(wish);
  const leftOut: LeftOut[] = [];
  const known = await knownLearners(context.knex, userIds);
  const strangers = userIds.filter((userId) => !known.has(userId));
  const exams: { id: number; timeLimitMins: number }[] = [];
  for (const examId of wish.examIds) {
    const exam = await examOrRefusal(context, principal, examId);
    if (exam instanceof Refusal) leftOut.push({ examId, code: exam.code });
    else exams.push(exam);
  }
  leftOut.push(...strangers.map((userId): LeftOut => ({ userId, code: 'learner-not-found' })));
  const rows = exams.flatMap((exam) => {
    const stored = toStore(key, value, exam);
    return userIds.filter((userId) => known.has(userId)).map((userId) => ({ examId: exam.id, userId, ...stored }));
  });
  return { rows, leftOut };
}

async function examOrRefusal(context: ApiContext, principal: FastifyRequest['principal'], examId: number) {
  try {
    const exam = await visibleExam(context, principal, examId);
    return exam.isActive ? exam : new Refusal('exam-inactive', 'An exam that is not active gets no allowances.');
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** Checked before anybody is looked up: a wrong value is wrong for all. */
function requireTime({ key, value, applyToRunning }: AllowanceWish): void {
  toStore(key, value, { timeLimitMins: 0 });
  if (applyToRunning && !grantsTime(key)) {
    throw malformed('/applyToRunning', 'goes with allowances of time only');
  }
}

function toStore(key: string, value: string, exam: { timeLimitMins: number }): { key: string; value: string } {
  const stored = allowanceToStore(key, value, exam);
  if ('fault' in stored) throw malformed('/value', stored.fault);
  return stored;
}

function malformed(pointer: string, message: string): Refusal {
  const errors = [{ in: 'body', pointer, message }];
  return new Refusal('bad-request', `${pointer.slice(1)} ${message}.`, { errors });
}
