import { examAttemptWorkflowId } from '../../contracts/attempts/messages';
import { waitUntil } from '../../dev/wait-until';
import { expectOwnersAgree } from './agreement';
import { ChaosStack, type ChaosCourse } from './chaos-stack';
import { type Dice, dice } from './hands/dice';
import { Operator } from './hands/operator';
import { Outages } from './hands/outages';
import {
  commandsOf,
  endsOf,
  expectedEndsOf,
  BOUND_MS,
  lateDeadlines,
  lostCommands,
  timedOutTwice,
} from './hands/outcome';
import { Taker } from './hands/taker';
import { expectEffectsWell } from './invariants';

jest.setTimeout(900_000);

/** CHAOS_SEED presses other buttons; the title of a failed test names the seed. */
const SEED = Number(process.env['CHAOS_SEED'] ?? 20_261);
/** `npm test` takes 24 exams, `npm run chaos:hands` two hundred. */
const ATTEMPTS = Number(process.env['CHAOS_HANDS'] ?? 24);
const LIMIT_MINS = 1;
/** Starts spread over this time, so the deadlines do as well. */
const STARTS_MS = ATTEMPTS > 50 ? 60_000 : 20_000;
const READ_ONLY_MS = ATTEMPTS > 50 ? 60_000 : 15_000;
const PAUSE_MS = { least: 50, spread: ATTEMPTS > 50 ? 100 : 400 };

/** What is looked for every minute or so is looked for every few seconds; the bound stays. */
const LOOKING = { RECONCILE_INTERVAL_MS: '10000', REVIEW_SLA_MS: '3600000', EFFECT_LEASE_MS: '10000' };

describe('hands in Temporal’s UI, and databases that go away', () => {
  let chaos: ChaosStack;

  beforeAll(async () => {
    chaos = await ChaosStack.open(LOOKING);
  });

  afterAll(() => chaos.close());

  /** Each starts at a moment of its own, so that the deadlines are spread as well. */
  async function takeAll(takers: readonly Taker[], roll: Dice): Promise<void> {
    const begin = Date.now();
    const plays = takers.map(async (taker) => {
      const atMs = begin + roll(STARTS_MS);
      await waitUntil(() => Date.now() >= atMs, { what: 'its start', timeoutMs: STARTS_MS + 60_000, intervalMs: 100 });
      await taker.start();
      await taker.take();
    });
    await Promise.all(plays);
  }

  async function pressUntil(over: () => boolean, course: ChaosCourse, operator: Operator, roll: Dice): Promise<void> {
    while (!over()) {
      const nextMs = Date.now() + PAUSE_MS.least + roll(PAUSE_MS.spread);
      const ids = await workflowIdsOf(course);
      if (ids.length > 0) await operator.press(ids);
      await waitUntil(() => Date.now() >= nextMs, { what: 'the next button', timeoutMs: 5_000, intervalMs: 20 });
    }
  }

  /** As an operator finds them: rows, whether a workflow runs or not. */
  async function workflowIdsOf({ courseId }: ChaosCourse): Promise<string[]> {
    const rows = await chaos
      .knex<{ exam_id: number; user_id: string; number: number; course_id: string }>('attempts')
      .where({ course_id: courseId });
    return rows.map(({ exam_id: examId, user_id: userId, number: attemptNumber }) =>
      examAttemptWorkflowId({ examId, userId, attemptNumber }),
    );
  }

  async function untilOver(course: ChaosCourse): Promise<void> {
    const incomplete = () =>
      chaos
        .knex<{ course_id: string; status: string }>('attempts')
        .where({ course_id: course.courseId })
        .whereNot({ status: 'submitted' });
    const over = async (): Promise<boolean> => (await incomplete()).length === 0;
    await waitUntil(over, { what: 'the last deadline', timeoutMs: 3 * BOUND_MS, intervalMs: 250 }).catch(
      () => undefined,
    );
  }

  test(`${ATTEMPTS} exams end at their deadlines, and nothing acknowledged is lost (seed ${SEED}).`, async () => {
    const course = await chaos.course(1, { timeLimitMins: LIMIT_MINS });
    const takers = Array.from({ length: ATTEMPTS }, (_, at) => new Taker(course, dice(SEED + at + 1)));
    const operator = new Operator(chaos.gateway.client, dice(SEED));
    const outages = new Outages(chaos);
    let isOver = false;
    const pressing = pressUntil(() => isOver, course, operator, dice(SEED - 1));
    const taking = takeAll(takers, dice(SEED - 2));
    const lose = async (): Promise<void> => {
      const [first, second] = [Date.now() + STARTS_MS, Date.now() + STARTS_MS + 15_000];
      await waitUntil(() => Date.now() >= first, { what: 'the loss', timeoutMs: STARTS_MS + 10_000 });
      await outages.loseTemporal();
      await waitUntil(() => Date.now() >= second, { what: 'the failover', timeoutMs: STARTS_MS + 60_000 });
      await outages.readOnly(READ_ONLY_MS);
    };
    await Promise.all([taking, lose()]);
    await untilOver(course);
    isOver = true;
    await pressing;

    const commands = await commandsOf(course);
    const rows = await course.live();
    expect({
      'every end': endsOf(takers, rows),
      'deadlines met too late': lateDeadlines(commands, outages.all),
      'timed out more than once': timedOutTwice(commands),
      'acknowledged and not kept': await lostCommands(course, takers, commands),
      'buttons never pressed': [...operator.pressed].filter(([, count]) => count === 0),
    }).toEqual({
      'every end': expectedEndsOf(takers),
      'deadlines met too late': [],
      'timed out more than once': [],
      'acknowledged and not kept': [],
      'buttons never pressed': [],
    });
    await expectEffectsWell(course);
    await expectOwnersAgree(course);
  });
});
