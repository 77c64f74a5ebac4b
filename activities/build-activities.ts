import type { AttemptActivities } from '../contracts/attempts/activities';
import { decideActivity } from './attempts/decide';
import type { Dependencies } from './attempts/dependencies';
import { effectActivities } from './attempts/effects';
import { rowActivities } from './attempts/load-attempt';
import { questionActivities } from './attempts/questions';

/** All activities of the attempts' task queue. */
export function buildActivities(dependencies: Dependencies): AttemptActivities {
  return {
    ...decideActivity(dependencies),
    ...rowActivities(dependencies),
    ...questionActivities(dependencies),
    ...effectActivities(dependencies),
  };
}
