/** The bundler's only entry: every workflow type a worker of ours can run. */
export { coursePublish } from './courses/course-publish';
export { examAttempt } from './attempts/exam-attempt';
export { learnerExport } from './exports/learner-export';
export { learnerExportTick } from './exports/learner-export-tick';
export { qualificationDraft } from './qualification/qualification-draft';
