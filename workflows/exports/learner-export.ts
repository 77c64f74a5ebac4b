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
 * One customer's learners to one channel: everybody, or one enrollment. Rows decide: each enrollment's one outcome and
 * what the channel was told are in the database, so that any page may be tried again. Cancelled, it ends its page,
 * accounts for the rest and closes.
 */
export async function learnerExport(input: LearnerExportInput): Promise<void> {
  const exporter = new Exporter(input);
  setHandler(openUpdate, (ask) => exporter.open(ask), { description: 'Which run answers this command' });
  setHandler(pauseSignal, () => exporter.pause(), { description: 'Stop within a batch, until resumed' });
  setHandler(resumeSignal, () => exporter.resume(), { description: 'Go on' });
  setHandler(againSignal, async (ask) => void (await exporter.again(ask)), {
    description: 'Run once more afterwards: the learner has new results',
  });
  setHandler(progressQuery, () => exporter.progress, { description: 'Outcomes so far, as of the last page' });
  CancellationScope.current().cancelRequested.catch(() => exporter.cancel());
  const carried = await CancellationScope.nonCancellable(() => exporter.play());
  if (carried) await continueAsNew<typeof learnerExport>({ ...input, carried });
  if (exporter.wasCancelled) throw new CancelledFailure('The export was cancelled');
}
