import { CancellationScope, CancelledFailure, continueAsNew, setHandler } from '@temporalio/workflow';
import {
  againSignal,
  type LearnerExportInput,
  openUpdate,
  pauseSignal,
  progressQuery,
  resumeSignal,
} from '../../contracts/exports/messages';
import { Exporter } from './exporter';

/**
 * Exports one customer's learners to one channel: all, or one enrollment. Rows decide: each enrollment's outcome and
 * what was sent are in the database, so that any page may be retried. Cancelled, it ends its page,
 * accounts for the rest and closes.
 */
export async function learnerExport(input: LearnerExportInput): Promise<void> {
  const exporter = new Exporter(input);
  setHandler(openUpdate, (command) => exporter.open(command), { description: 'Which run answers this command' });
  setHandler(pauseSignal, () => exporter.steering.pause(), { description: 'Stop within a batch, until resumed' });
  setHandler(resumeSignal, () => exporter.steering.resume(), { description: 'Go on' });
  setHandler(againSignal, async (command) => void (await exporter.queueRun(command)), {
    description: 'Run once more afterwards: the learner has new results',
  });
  setHandler(progressQuery, () => exporter.progress, { description: 'Outcomes so far, as of the last page' });
  CancellationScope.current().cancelRequested.catch(() => exporter.steering.cancel());
  const carried = await CancellationScope.nonCancellable(() => exporter.runAll());
  if (carried) await continueAsNew<typeof learnerExport>({ ...input, carried });
  if (exporter.steering.cancelled) throw new CancelledFailure('The export was cancelled');
}
