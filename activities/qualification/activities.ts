import type { DraftActivities } from '../../contracts/qualification/activities';
import { chooseActivities } from './choose';
import type { DraftDependencies } from './dependencies';
import { previewActivities } from './preview';
import { saveActivities } from './save';

/** All activities of drafts. */
export function draftActivities(dependencies: DraftDependencies): DraftActivities {
  return { ...chooseActivities(dependencies), ...previewActivities(dependencies), ...saveActivities(dependencies) };
}
