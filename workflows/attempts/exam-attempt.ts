import { allHandlersFinished, ApplicationFailure, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import type { ExamAttemptInput } from '../../contracts/attempts/messages';
import { Shield } from '../shield';
import { AttemptEntity } from './entity';
import { handleMessages } from './messages';

/**
 * One exam attempt of one learner, from creation to its last effect. The row in Postgres decides; this workflow serves
 * commands one transaction at a time, keeps deadlines, retries effects, and closes when nothing is left to do.
 *
 * The loop awaits no more than it has to: the SDK keeps a stack trace for every promise of a workflow (ADR 8).
 */
export async function examAttempt(input: ExamAttemptInput): Promise<void> {
  assertInput(input);
  const entity = new AttemptEntity(input);
  const shield = new Shield(input.isShielded === true);
  handleMessages(entity, shield);
  await shield.run(() => attend(entity, input));
}

async function attend(entity: AttemptEntity, input: ExamAttemptInput): Promise<void> {
  await entity.begin();
  for (;;) {
    while (entity.isStale) await entity.load();
    entity.updateDisplay();
    if (entity.isIdleLongEnough && (await entity.canClose())) return;
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof examAttempt>({ ...input, isShielded: true });
    }
    const fired = await entity.nextChange();
    if (fired) await entity.onTimer(fired);
  }
}

/** A run started by hand with something else ends, instead of failing its first task for ever. */
function assertInput(input: unknown): void {
  const { examId, userId, attemptNumber, timings } = (input ?? {}) as Partial<ExamAttemptInput>;
  const isKey = Number.isInteger(examId) && typeof userId === 'string' && Number.isInteger(attemptNumber);
  if (isKey && typeof timings === 'object' && timings !== null) return;
  throw ApplicationFailure.nonRetryable('An attempt needs examId, userId, attemptNumber and timings.', 'bad-request');
}
