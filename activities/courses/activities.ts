import { clockChangedSignal, type AttemptKey } from '../../contracts/attempts/messages';
import type { PublishActivities } from '../../contracts/courses/messages';
import { openAttempts } from '../../db/attempts/running';
import type { Dependencies } from '../attempts/dependencies';
import { withHeartbeat } from '../heartbeat';
import { applyPublishActivity } from './apply-publish';
import { saveExamActivities } from './save-exam';

/** All activities of a course publish. */
export function publishActivities(dependencies: Dependencies): PublishActivities {
  const { knex, platform, gateway } = dependencies;
  return {
    ...applyPublishActivity(dependencies),
    ...saveExamActivities(dependencies),
    async askCourse({ courseId, commandId }) {
      return platform.courses ? platform.courses.exists(courseId, { key: `${commandId}:course` }) : true;
    },
    async tellAttempts({ examIds }) {
      const notifyAttempt = (key: AttemptKey): Promise<void> => gateway.signal(key, clockChangedSignal, []);
      await withHeartbeat(async () => {
        for await (const keys of openAttempts(knex, examIds)) await Promise.all(keys.map(notifyAttempt));
      });
    },
  };
}
