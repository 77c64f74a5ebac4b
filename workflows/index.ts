/** The bundler's only entry: every workflow type a worker of ours can run. */
export { coursePublish } from './course-publish';
export { examAttempt } from './exam-attempt';
export { learnerExport } from './learner-export';
export { learnerExportTick } from './learner-export-tick';
