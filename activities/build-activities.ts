import type { AttemptActivities } from '../contracts/attempts/activities';
import { attentionActivities } from './attention';
import { decideActivity } from './decide';
import type { Dependencies } from './dependencies';
import { effectActivities } from './effects';
import { loadActivities } from './load';
import { questionActivities } from './questions';

/** All activities of the attempts' task queue. */
export function buildActivities(dependencies: Dependencies): AttemptActivities {
  return {
    ...decideActivity(dependencies),
    ...loadActivities(dependencies),
    ...attentionActivities(dependencies),
    ...questionActivities(dependencies),
    ...effectActivities(dependencies),
  };
}
