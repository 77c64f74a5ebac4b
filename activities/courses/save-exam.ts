import { activityInfo } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ProviderExam } from '../../clients/platform/platform';
import { ServiceError } from '../../clients/http/service-error';
import type { PublishActivities } from '../../contracts/courses/messages';
import { claimSave, type ExamSave, finishSave, openSaves } from '../../db/courses/exam-saves';
import { findExam } from '../../db/courses/exams';
import { alive } from '../heartbeat';
import type { PublishDependencies } from './dependencies';

type Saving = Pick<PublishActivities, 'saveExam' | 'giveUpSave' | 'loadSaves'>;

/**
 * Tells a provider of an exam, patiently. What is sent is the exam as it is now, so that the last request always leaves
 * the provider with the newest state, whichever publish it belongs to.
 */
export function saveExamActivities(dependencies: PublishDependencies): Saving {
  const { knex, effectLeaseMs } = dependencies;
  return {
    loadSaves: ({ courseId }) => openSaves(knex, courseId),
    async giveUpSave(ref) {
      await finishSave(knex, { ...ref, state: 'failed', error: 'gave up: the whole retry time is over' });
    },
    async saveExam(ref) {
      const claim = await claimSave(knex, { ...ref, leaseMs: effectLeaseMs });
      if (claim.state === 'over') return 'over';
      if (claim.state === 'busy') throw later('another save of this exam is on its way', claim.retryInMs);
      try {
        const state = (await alive(() => send(dependencies, claim.save))) ? 'done' : 'skipped';
        await finishSave(knex, { ...ref, state });
        return state;
      } catch (error) {
        return settle(dependencies, ref, error);
      }
    },
  };
}

/** False when there is nobody to tell. */
async function send({ knex, platform }: PublishDependencies, save: ExamSave): Promise<boolean> {
  const client = platform.provider(save.provider);
  const exam = await findExam(knex, save.examId);
  if (!client || !exam) return false;
  const {
    id: examId,
    policy,
    providerName: _name,
    provider: _provider,
    isOnboardingExam: _onboarding,
    ...facts
  } = exam;
  const told: ProviderExam = {
    ...facts,
    examId,
    isActive: save.isActive && exam.isActive,
    ruleSummary: save.isActive ? (policy?.policy ?? null) : null,
  };
  await client.saveExam(told, { key: `publish:${save.commandId}:${save.examId}` });
  return true;
}

/** A plain 4xx cannot succeed: given up at once. All else is tried again by Temporal. */
async function settle(
  { knex, timings }: PublishDependencies,
  ref: { examId: number; commandId: string },
  error: unknown,
): Promise<'failed'> {
  const message = error instanceof ServiceError ? error.message : 'unexpected failure';
  if (error instanceof ServiceError && error.kind === 'refused') {
    await finishSave(knex, { ...ref, state: 'failed', error: message });
    return 'failed';
  }
  const asked = error instanceof ServiceError ? error.retryAfterMs : undefined;
  const doublings = Math.min(30, activityInfo().attempt - 1);
  const retryInMs = asked ?? Math.min(timings.effectRetryMaxMs, timings.effectRetryInitialMs * 2 ** doublings);
  await finishSave(knex, { ...ref, state: 'due', error: message, retryInMs });
  throw later(message, asked);
}

function later(message: string, nextRetryDelay?: number): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: 'SaveRetry',
    ...(nextRetryDelay === undefined ? {} : { nextRetryDelay: Math.max(50, nextRetryDelay) }),
  });
}
