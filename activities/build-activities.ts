import type { AttemptActivities } from '../contracts/attempts/activities';
import { attentionActivities } from './attempts/attention';
import { decideActivity } from './attempts/decide';
import type { Dependencies } from './attempts/dependencies';
import { effectActivities } from './attempts/effects';
import { loadActivities } from './attempts/load-attempt';
import { questionActivities } from './attempts/questions';

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
