import { sleep } from '@temporalio/workflow';
import type { ExamAttemptInput } from '../../../contracts/attempts/messages';
import { AttemptEntity } from '../../../workflows/attempts/entity';
import { handleMessages } from '../../../workflows/attempts/messages';

/** The workflow with its first two steps in another order: what a careless edit does to attempts that already run. */
export async function examAttempt(input: ExamAttemptInput): Promise<void> {
  const entity = new AttemptEntity(input);
  await sleep(1);
  handleMessages(entity);
  await entity.begin();
  for (;;) {
    while (entity.isStale) await entity.load();
    entity.updateDisplay();
    if (entity.isIdleLongEnough && (await entity.canClose())) return;
    const change = await entity.nextChange();
    if (change) await entity.onTimer(change);
  }
}
