import { randomUUID } from 'node:crypto';
import type { AttemptAnswer } from '../../contracts/http/attempts';
import type { ApiRequest } from '../../dev/api-client';
import { waitUntil } from '../../dev/wait-until';
import { mulberry32 } from '../support/random';
import { ChaosStack, changeTo, type ChaosCourse } from './chaos-stack';
import { expectAllWell } from './invariants';

jest.setTimeout(300_000);

/** CHAOS_SEED draws another sequence; the title of a failed test names the seed. */
const SEED = Number(process.env['CHAOS_SEED'] ?? 20_261);
const KILLS = 6;
const ATTEMPTS = 6;
const STATUSES = ['started', 'ready_to_submit', 'submitted', 'verified', 'rejected', 'declined', 'error'];
const VICTIMS = ['worker', 'api', 'temporal', 'postgres'] as const;

/** Numbers below a limit. */
function dice(seed: number): (limit: number) => number {
  const next = mulberry32(seed);
  return (limit) => next() % limit;
}

interface Said {
  request: ApiRequest;
  status: number;
  text: string;
}

/** Commands at random, one after the other per attempt, each repeated until it has an outcome. */
class Game {
  readonly said: Said[] = [];
  readonly inFlight: string[] = [];
  over = false;

  constructor(
    private readonly chaos: ChaosStack,
    private readonly course: ChaosCourse,
  ) {}

  async play(attempt: AttemptAnswer, roll: (limit: number) => number): Promise<string> {
    let status: string = attempt.status;
    while (!this.over) {
      const request = { ...changeTo(attempt, STATUSES[roll(STATUSES.length)] as string), key: randomUUID() };
      const answer = await this.chaos.api.untilDecided(request, 120_000);
      this.said.push({ request, status: answer.status, text: answer.text });
      if (answer.status === 200) status = (JSON.parse(answer.text) as AttemptAnswer).status;
    }
    return status;
  }

  /** Kills one after the other, each when commands have gone on for a while after the one before. */
  async kill(roll: (limit: number) => number): Promise<void> {
    for (let killed = 0; killed < KILLS; killed += 1) {
      const enough = this.said.length + 3 + roll(20);
      await waitUntil(() => this.said.length >= enough, {
        what: 'commands to go on',
        timeoutMs: 60_000,
        intervalMs: 5,
      });
      await this.killAndStart(VICTIMS[roll(VICTIMS.length)] as (typeof VICTIMS)[number]);
    }
    this.over = true;
  }

  private async killAndStart(victim: (typeof VICTIMS)[number]): Promise<void> {
    const { stack, worker } = this.chaos;
    const process = victim === 'worker' ? worker : stack[victim];
    await process?.kill();
    if (victim !== 'postgres') this.inFlight.push(...(await this.course.inFlight()));
    await process?.start();
    if (victim === 'postgres') this.inFlight.push(...(await this.course.inFlight()));
  }
}

describe('processes killed at random under random commands', () => {
  let chaos: ChaosStack;

  beforeAll(async () => {
    chaos = await ChaosStack.open();
  });

  afterAll(() => chaos.close());

  test(`Every invariant holds afterwards (seed ${SEED}).`, async () => {
    const course = await chaos.course();
    const attempts = await Promise.all(Array.from({ length: ATTEMPTS }, () => course.attempt()));
    const game = new Game(chaos, course);
    const plays = attempts.map((attempt, index) => game.play(attempt, dice(SEED + index + 1)));
    await game.kill(dice(SEED)).finally(() => (game.over = true));
    const statuses = await Promise.all(plays);
    await expectAllWell(course, game.inFlight);
    expect(await Promise.all(attempts.map((attempt) => course.statusOf(attempt)))).toEqual(statuses);
    const sample = game.said.slice(-40);
    const repeated = await Promise.all(sample.map(({ request }) => chaos.api.untilDecided(request)));
    expect(repeated.map(({ status, text }) => [status, comparable(status, text)])).toEqual(
      sample.map(({ status, text }) => [status, comparable(status, text)]),
    );
    await expectAllWell(course, game.inFlight);
  });
});

/** A refusal names the request it answers, so only its code is compared. */
function comparable(status: number, text: string): string {
  return status === 200 ? text : (JSON.parse(text) as { code: string }).code;
}
