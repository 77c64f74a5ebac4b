import type { DraftActivities } from '../../contracts/qualification/activities';
import { chooseActivities } from './choose';
import type { DraftDependencies } from './dependencies';
import { observed } from './observed';
import { previewActivities } from './preview';
import { saveActivities } from './save';

/** All activities of drafts. */
export function draftActivities(dependencies: DraftDependencies): DraftActivities {
  const longWork = { ...previewActivities(dependencies), ...saveActivities(dependencies) };
  return { ...chooseActivities(dependencies), ...observed(longWork, dependencies.observer) };
}
