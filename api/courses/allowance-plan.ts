import type { FastifyRequest } from 'fastify';
import { ApiError } from '../../contracts/api-error';
import type { ErrorCode } from '../../contracts/errors';
import type { Allowance } from '../../db/attempts/allowances';
import { knownLearners } from '../../db/courses/learners';
import { parseAllowance, grantsTime } from '../../domain/attempts/allowances';
import { visibleExam } from '../auth/access';
import type { ApiContext } from '../context';

export interface AllowanceRequest {
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
 * The rows of an allowance request: one for each active exam and known learner; others are listed (timing.json,
 * families allowance_user and bulk_allowance). @throws ApiError when the value is invalid for everybody.
 */
export async function planAllowances(
  context: ApiContext,
  { principal }: FastifyRequest,
  requested: AllowanceRequest,
): Promise<{ rows: Allowance[]; leftOut: LeftOut[] }> {
  const { key, value, userIds } = requested;
  requireTime(requested);
  const leftOut: LeftOut[] = [];
  const knownUserIds = await knownLearners(context.knex, userIds);
  const unknownUserIds = userIds.filter((userId) => !knownUserIds.has(userId));
  const exams: { id: number; timeLimitMins: number }[] = [];
  for (const examId of requested.examIds) {
    const exam = await examOrError(context, principal, examId);
    if (exam instanceof ApiError) leftOut.push({ examId, code: exam.code });
    else exams.push(exam);
  }
  leftOut.push(...unknownUserIds.map((userId): LeftOut => ({ userId, code: 'learner-not-found' })));
  const rows = exams.flatMap((exam) => {
    const stored = toStore(key, value, exam);
    return userIds
      .filter((userId) => knownUserIds.has(userId))
      .map((userId) => ({ examId: exam.id, userId, ...stored }));
  });
  return { rows, leftOut };
}

async function examOrError(context: ApiContext, principal: FastifyRequest['principal'], examId: number) {
  try {
    const exam = await visibleExam(context, principal, examId);
    return exam.isActive ? exam : new ApiError('exam-inactive', 'An exam that is not active gets no allowances.');
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
}

/** Checked before the look-ups: a wrong value is wrong for all. */
function requireTime({ key, value, applyToRunning }: AllowanceRequest): void {
  toStore(key, value, { timeLimitMins: 0 });
  if (applyToRunning && !grantsTime(key)) {
    throw malformed('/applyToRunning', 'goes with allowances of time only');
  }
}

function toStore(key: string, value: string, exam: { timeLimitMins: number }): { key: string; value: string } {
  const stored = parseAllowance(key, value, exam);
  if ('fault' in stored) throw malformed('/value', stored.fault);
  return stored;
}

function malformed(pointer: string, message: string): ApiError {
  const errors = [{ in: 'body', pointer, message }];
  return new ApiError('bad-request', `${pointer.slice(1)} ${message}.`, { errors });
}
