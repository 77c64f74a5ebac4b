import type { AttemptAnswer } from '../../contracts/http/attempts';
import { workThrough } from '../bounded-work';
import { attemptPath, coursePath, putLearner } from '../course-set-up';
import type { Progress } from '../progress';
import { waitUntil } from '../wait-until';
import { allAttempts, COURSE_ID, TIMED_EXAM_MINS, type Demo } from './demo';
import type { DemoLearner, Story } from './learners';

const CONCURRENCY = 8;
const MINUTE_MS = 60_000;
/** Longer than the longest pause between two tries of an effect in the demo, several times over. */
const EFFECTS_TIMEOUT_MS = 90_000;

const GIVEN_NAMES = ['Ada', 'Alan', 'Barbara', 'Donald', 'Edsger', 'Frances', 'Grace', 'Ken', 'Margaret', 'Niklaus'];

/** The whole story, phase by phase. @throws when the service does not do what a caller may rely on. */
export async function playPhases(demo: Demo, progress: Progress): Promise<void> {
  const { learners, simulator } = demo;
  const phase = eachLearner(progress);
  const proctored = withStories(learners, 'verified', 'rejected', 'awaiting-review', 'declines', 'tries-again');
  const timed = withStories(learners, 'runs-out-of-time');
  const practising = learners.filter((_, index) => index % 2 === 0);

  await phase('Learners enrol', learners, (learner, index) => enrol(demo, learner, index));
  await phase('Practice exam, twice each', practising, (learner) => practise(demo, learner));
  await phase('Exams begin', [...proctored, ...timed], (learner) => begin(demo, learner));
  await simulator.faults.set('credit', { status: 503 });
  progress.line('The credit service goes down.');
  const submitting = withStories(learners, 'verified', 'rejected', 'awaiting-review', 'tries-again');
  await phase('Learners submit', submitting, (learner) => expectStatus(learner.act('submit'), 'submitted'));
  const declining = withStories(learners, 'declines');
  await phase('Learners decline (both proctored exams)', declining, (learner) =>
    expectStatus(learner.act('decline'), 'declined'),
  );
  await runOutOfTime(demo, progress, timed);
  await simulator.faults.clear('credit');
  progress.line('The credit service is back.');
  await waitForEffects(demo, progress, 'Effects left over are done');
  await phase('Operator verifies', withStories(learners, 'verified'), (learner) => decide(demo, learner, 'verified'));
  await phase('Operator rejects', withStories(learners, 'rejected'), (learner) => decide(demo, learner, 'rejected'));
  await phase('Attempts removed, tried again', withStories(learners, 'tries-again'), (learner) =>
    tryAgain(demo, learner),
  );
  await waitForEffects(demo, progress, 'The last effects are done');
}

type Work = (learner: DemoLearner, index: number) => Promise<void>;

function eachLearner(progress: Progress): (title: string, learners: DemoLearner[], work: Work) => Promise<void> {
  return (title, learners, work) =>
    progress.phase(title, learners.length, async (advance) => {
      let done = 0;
      await workThrough(learners, CONCURRENCY, async (learner, index) => {
        await work(learner, index);
        advance((done += 1));
      });
    });
}

function withStories(learners: readonly DemoLearner[], ...stories: Story[]): DemoLearner[] {
  return learners.filter(({ story }) => stories.includes(story));
}

async function enrol({ operator }: Demo, { userId }: DemoLearner, index: number): Promise<void> {
  const given = GIVEN_NAMES[index % GIVEN_NAMES.length] ?? 'Ada';
  await putLearner(operator, userId, { fullName: `${given} Example ${index + 1}` });
}

/** A practice exam may be taken again at any time. */
async function practise({ exams }: Demo, learner: DemoLearner): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    await learner.create(exams.practice.examId, true);
    await expectStatus(learner.act('start'), 'started');
    await expectStatus(learner.act('submit'), 'submitted');
  }
}

/** Who declines never starts; everybody else does. Half of the learners take the first proctored exam, half the second. */
async function begin({ exams, learners }: Demo, learner: DemoLearner): Promise<void> {
  const isTimed = learner.story === 'runs-out-of-time';
  const half = Math.floor((2 * learners.indexOf(learner)) / learners.length);
  const exam = isTimed ? exams.timed : half === 0 ? exams.proctored[0] : exams.proctored[1];
  await learner.create(exam.examId, !isTimed);
  if (learner.story === 'declines') return;
  await expectStatus(learner.act('start'), 'started');
}

/** Moves the course's clock instead of waiting: the workflows' own timers find that the time is over. */
async function runOutOfTime(demo: Demo, progress: Progress, timed: DemoLearner[]): Promise<void> {
  await progress.phase(`The clock moves on, ${TIMED_EXAM_MINS + 1} minutes`, timed.length, async (advance) => {
    await demo.operator.put(`${coursePath(COURSE_ID)}/clock`, { advanceMs: (TIMED_EXAM_MINS + 1) * MINUTE_MS });
    await waitUntil(
      async () => {
        const statuses = await Promise.all(timed.map(async ({ code }) => (await attemptOf(demo, code)).status));
        const over = statuses.filter((status) => status === 'submitted' || status === 'timed_out').length;
        advance(over);
        return over === timed.length;
      },
      { what: 'the timers of the timed exam', timeoutMs: 30_000, intervalMs: 250 },
    );
  });
}

async function decide(demo: Demo, learner: DemoLearner, status: 'verified' | 'rejected'): Promise<void> {
  const body = { status, requestedBy: 'demo-operator' };
  await expectStatus(demo.operator.patch<AttemptAnswer>(attemptPath(learner.code), body), status);
}

async function tryAgain(demo: Demo, learner: DemoLearner): Promise<void> {
  const { examId } = await attemptOf(demo, learner.code);
  await demo.operator.remove(attemptPath(learner.code));
  await learner.create(examId, true);
  await expectStatus(learner.act('start'), 'started');
}

/** Waits until no attempt has effects left to do. */
async function waitForEffects(demo: Demo, progress: Progress, title: string): Promise<void> {
  const count = (await allAttempts(demo)).length;
  await progress.phase(title, count, (advance) =>
    waitUntil(
      async () => {
        const attempts = await allAttempts(demo);
        const finished = attempts.filter(({ pendingEffects }) => pendingEffects === 0).length;
        advance(Math.min(finished, count));
        return finished === attempts.length;
      },
      { what: 'all outside effects', timeoutMs: EFFECTS_TIMEOUT_MS, intervalMs: 500 },
    ),
  );
}

function attemptOf({ operator }: Demo, code: string): Promise<AttemptAnswer> {
  return operator.get<AttemptAnswer>(attemptPath(code));
}

async function expectStatus(answer: Promise<AttemptAnswer>, wanted: AttemptAnswer['status']): Promise<void> {
  const { status, attemptCode } = await answer;
  if (status !== wanted) throw new Error(`Attempt ${attemptCode} is "${status}" where "${wanted}" was expected.`);
}
