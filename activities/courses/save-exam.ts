import { ApplicationFailure } from '@temporalio/common';
import { ServiceError } from '../../clients/http/service-error';
import type { PublishActivities } from '../../contracts/courses/messages';
import { leaseSave, type ExamSave, finishSave, openSaves } from '../../db/courses/exam-saves';
import { findExam } from '../../db/courses/exams';
import type { Dependencies } from '../attempts/dependencies';
import { withHeartbeat } from '../heartbeat';
import { nextTryInMs, retryFailure } from '../retry';

const RETRY = 'SaveRetry';

type SaveExamActivities = Pick<PublishActivities, 'saveExam' | 'giveUpSave' | 'loadSaves'>;

/**
 * Saves an exam at its provider, with retries. The exam is sent as it is now, so that the last request always leaves
 * the provider with the newest state, whichever publish it belongs to.
 */
export function saveExamActivities(dependencies: Dependencies): SaveExamActivities {
  const { knex, effectLeaseMs } = dependencies;
  return {
    loadSaves: ({ courseId }) => openSaves(knex, courseId),
    async giveUpSave(ref) {
      await finishSave(knex, { ...ref, state: 'failed', error: 'gave up: the whole retry time is over' });
    },
    async saveExam(ref) {
      const lease = await leaseSave(knex, { ...ref, leaseMs: effectLeaseMs });
      if (lease.state === 'over') return 'over';
      if (lease.state === 'busy') throw retryFailure(RETRY, 'another save of this exam is on its way', lease.retryInMs);
      try {
        const state = (await withHeartbeat(() => sendExam(dependencies, lease.save))) ? 'done' : 'skipped';
        await finishSave(knex, { ...ref, state });
        return state;
      } catch (error) {
        return recordFailure(dependencies, ref, error);
      }
    },
  };
}

/** False without a provider client or exam. */
async function sendExam({ knex, platform }: Dependencies, save: ExamSave): Promise<boolean> {
  const client = platform.provider(save.provider);
  const exam = await findExam(knex, save.examId);
  if (!client || !exam) return false;
  const isActive = save.isActive && exam.isActive;
  const ruleSummary = save.isActive ? (exam.policy?.policy ?? null) : null;
  await client.saveExam({ ...exam, isActive, ruleSummary }, { key: `publish:${save.commandId}:${save.examId}` });
  return true;
}

/** A plain 4xx cannot succeed: it fails at once. Temporal retries everything else. */
async function recordFailure(
  { knex, timings }: Dependencies,
  ref: { examId: number; commandId: string },
  error: unknown,
): Promise<never> {
  const message = error instanceof ServiceError ? error.message : 'unexpected failure';
  if (error instanceof ServiceError && error.kind === 'refused') {
    await finishSave(knex, { ...ref, state: 'failed', error: message });
    throw ApplicationFailure.nonRetryable(`exam ${ref.examId} failed: ${message}`, 'SaveFailed');
  }
  const retryAfterMs = error instanceof ServiceError ? error.retryAfterMs : undefined;
  const retryInMs = retryAfterMs ?? nextTryInMs(timings);
  await finishSave(knex, { ...ref, state: 'due', error: message, retryInMs });
  throw retryFailure(RETRY, message, retryAfterMs);
}
