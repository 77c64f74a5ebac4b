import type { ExportActivities } from '../../contracts/exports/activities';
import { closeRunActivity } from './close-run';
import type { ExportDependencies } from './dependencies';
import { exportPageActivity } from './export-page';
import { openRunActivities } from './open-run';

/** All activities of the exports' task queue. */
export function exportActivities(dependencies: ExportDependencies): ExportActivities {
  return { ...openRunActivities(dependencies), ...exportPageActivity(dependencies), ...closeRunActivity(dependencies) };
}
