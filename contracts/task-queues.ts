/** Task queues: one per kind of load, so that a big export never delays a learner in an exam. */
export const ATTEMPTS_TASK_QUEUE = 'attempts';
export const EXPORTS_TASK_QUEUE = 'exports';
export const QUALIFICATION_TASK_QUEUE = 'qualification';
