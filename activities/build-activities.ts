import type { AttemptActivities } from '../contracts/attempts/activities';
import { decideActivity } from './attempts/decide';
import type { Dependencies } from './attempts/dependencies';
import { effectActivities } from './attempts/effects';
import { rowActivities } from './attempts/load-attempt';
import { questionActivities } from './attempts/questions';
import { withoutExternalIds } from './attempts/without-external-id';

/** All activities of the attempts' task queue. */
export function buildActivities(dependencies: Dependencies): AttemptActivities {
  return withoutExternalIds({
    ...decideActivity(dependencies),
    ...rowActivities(dependencies),
    ...questionActivities(dependencies),
    ...effectActivities(dependencies),
  });
}
