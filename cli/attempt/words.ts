/** Who did it, for people: `issuer|subject` the subject first. */
export function whoIn(by: string | null): string {
  if (by === null) return 'somebody';
  if (by === 'clock') return 'the clock';
  if (by === 'cascade') return 'another exam';
  if (by.startsWith('provider:')) return `${by.slice('provider:'.length)} (vendor)`;
  const bar = by.indexOf('|');
  return bar < 0 ? by : `${by.slice(bar + 1)} (${by.slice(0, bar) || 'no issuer'})`;
}

const ACTS: Record<string, string> = {
  start: 'started the exam',
  stop: 'stopped to hand in',
  submit: 'handed in',
  click_download_software: 'asked for the proctoring software',
  decline: 'declined proctoring',
  error: 'reported a technical error',
  reset_attempt: 'started the practice exam over',
  mark_ready_to_resume: 'let the learner go on',
};

const SENTENCES: Record<string, (about: string) => string> = {
  create: (about) => (about === 'start' ? 'began the attempt and started it' : 'began the attempt'),
  changeStatus: (status) => `set the status to ${status}`,
  act: (action) => ACTS[action] ?? action,
  markReadyToResume: () => 'let the learner go on',
  remove: () => 'removed the attempt',
  adjustTime: () => 'had the time counted anew, for an allowance',
  setReview: (review) => `looked at review ${review} again`,
  review: (inbox) => `sent a review (callback ${inbox})`,
  ready: (inbox) => `was ready (callback ${inbox})`,
  timer: () => 'ended the exam: the time was over',
  cascade: (exam) =>
    exam === '' ? 'was declined, and this one with it' : `(exam ${exam}) was declined, and this one with it`,
  retryEffect: (name) => `had ${name} tried again`,
};

/** What was asked for, as a sentence's end: `act:submit` → "handed in". */
export function deedIn(because: string): string {
  const [what = '', ...about] = because.split(':');
  return SENTENCES[what]?.(about.join(':')) ?? because;
}
