/** The bundler's only entry: every workflow type a worker of ours can run. */
export { examAttempt } from './exam-attempt';
