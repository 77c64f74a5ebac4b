import { Counter, Histogram, type Registry } from 'prom-client';
import type { DraftObserver } from '../activities/qualification/observed';

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** How drafts are worked out and saved, as this worker does it. */
export function createDraftMetrics(registry: Registry): DraftObserver {
  const registers = [registry];
  const labelNames = ['outcome'];
  const previews = new Counter({
    name: 'invigil_qualification_previews_total',
    help: 'Previews this worker has worked out',
    labelNames,
    registers,
  });
  const saves = new Counter({
    name: 'invigil_qualification_saves_total',
    help: 'Saves this worker has decided, by outcome',
    labelNames,
    registers,
  });
  const seconds = new Histogram({
    name: 'invigil_qualification_work_duration_seconds',
    help: 'Time for a preview or a save',
    labelNames: ['work'],
    buckets: SECONDS,
    registers,
  });
  for (const outcome of ['ready', 'failed']) previews.inc({ outcome }, 0);
  for (const outcome of ['saved', 'qualification-differs']) saves.inc({ outcome }, 0);
  return {
    previewed: (outcome, took) => {
      previews.inc({ outcome });
      seconds.observe({ work: 'preview' }, took);
    },
    saved: (outcome, took) => {
      saves.inc({ outcome });
      seconds.observe({ work: 'save' }, took);
    },
  };
}
