import { performance } from 'node:perf_hooks';
import type { DraftActivities, DraftErrorCode } from '../../contracts/qualification/activities';

/** Told of the long work of drafts, for metrics. */
export interface DraftObserver {
  previewed: (outcome: 'ready' | 'failed', seconds: number) => void;
  /** A save that is asked for again under its key counts again. */
  saved: (outcome: 'saved' | DraftErrorCode, seconds: number) => void;
}

type LongWork = Pick<DraftActivities, 'previewDraft' | 'saveDraft'>;

/** The same work, told of when it ends. What throws is tried again, and told of then. */
export function observed(work: LongWork, observer: DraftObserver | undefined): LongWork {
  if (observer === undefined) return work;
  return {
    async previewDraft(input) {
      const begun = performance.now();
      const view = await work.previewDraft(input);
      const state = view?.state;
      if (state === 'ready' || state === 'failed') observer.previewed(state, secondsSince(begun));
      return view;
    },
    async saveDraft(input) {
      const begun = performance.now();
      const result = await work.saveDraft(input);
      observer.saved(result.kind === 'done' ? 'saved' : result.code, secondsSince(begun));
      return result;
    },
  };
}

function secondsSince(begun: number): number {
  return (performance.now() - begun) / 1_000;
}
