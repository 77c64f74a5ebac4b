import type { ApiClient } from '../../dev/api-client';
import { createExam, putCourse } from '../../dev/course-set-up';
import { type BenchClient, importLearners } from './client';
import type { GroundTruth } from './ground-truth';
import type { AttemptsBenchOptions } from './options';
import { courseOf, ATTEMPTS_PROVIDER, ATTEMPTS_VARIANTS, type AttemptsVariantName } from './plan';
import { attemptsPerSecond, joinedTurns, takeTurn, type AttemptsTurn } from './turn';
import type { AttemptsStage, Variant } from './variants';

interface Learners {
  busy: string[];
  single: string[];
}

/**
 * Attempts per variant before anything is measured: connections, caches and compiled code. After 400 a tenth of the real
 * worker's CPU still went into compiling, as it has more code than the others.
 */
const WARM_UP: Learners = { busy: ids('warm-up', 1_000), single: [] };

/** Runs warm-up and rounds, checking after each turn. */
export class AttemptsRounds {
  readonly turns = new Map<AttemptsVariantName, AttemptsTurn[]>(ATTEMPTS_VARIANTS.map((name) => [name, []]));
  private readonly examIds = new Map<AttemptsVariantName, number>();

  constructor(
    private readonly stage: AttemptsStage,
    private readonly client: BenchClient,
    private readonly truth: GroundTruth,
    private readonly options: AttemptsBenchOptions,
    private readonly log: (line: string) => void,
  ) {}

  examIdOf(variant: AttemptsVariantName): number {
    const id = this.examIds.get(variant);
    if (id === undefined) throw new Error(`${variant} has no exam yet.`);
    return id;
  }

  /** Learners of a round's turns; the first round is 1. Those who come one at a time come on the way back. */
  learnersOf(round: number): Record<'there' | 'back', Learners> {
    const { attempts, single } = this.options;
    return {
      there: { busy: ids(`${round}-there`, attempts), single: [] },
      back: { busy: ids(`${round}-back`, attempts), single: ids(`${round}-single`, single) },
    };
  }

  /** A course and a timed exam for each variant, learners for all. */
  async prepare(api: ApiClient): Promise<void> {
    for (const name of ATTEMPTS_VARIANTS) {
      const courseId = courseOf(name);
      await putCourse(api, courseId, { proctoringProvider: ATTEMPTS_PROVIDER.name });
      this.examIds.set(name, (await createExam(api, courseId, { timeLimitMins: 90 })).examId);
    }
    await importLearners(api, WARM_UP.busy);
    for (let round = 1; round <= this.options.rounds; round += 1) {
      const { there, back } = this.learnersOf(round);
      await importLearners(api, [...there.busy, ...back.busy, ...back.single]);
    }
    await this.truth.slowCredit();
  }

  async run(): Promise<void> {
    for (const variant of this.stage.variants) await this.turn(variant, WARM_UP);
    for (let round = 1; round <= this.options.rounds; round += 1) await this.round(round);
  }

  /** Through the variants there and back: a machine that gets slower or faster meanwhile does so for all. */
  private async round(round: number): Promise<void> {
    const { variants } = this.stage;
    const learners = this.learnersOf(round);
    const order = variants.map((_, offset) => variants[(offset + round - 1) % variants.length] as Variant);
    const first = new Map<AttemptsVariantName, AttemptsTurn>();
    for (const variant of order) first.set(variant.name, await this.turn(variant, learners.there));
    for (const variant of order.toReversed()) {
      const turn = joinedTurns([first.get(variant.name) as AttemptsTurn, await this.turn(variant, learners.back)]);
      this.turns.get(variant.name)?.push(turn);
      const rate = attemptsPerSecond(turn).toFixed(1);
      this.log(`round ${round}/${this.options.rounds}  ${variant.name.padEnd(9)} ${rate.padStart(7)} attempts/s`);
    }
  }

  private async turn(variant: Variant, { busy, single }: Learners): Promise<AttemptsTurn> {
    const examId = this.examIdOf(variant.name);
    const { concurrency } = this.options;
    const turn = await takeTurn(this.client, variant, examId, { busy, single, concurrency });
    await this.truth.check(variant.name, examId, [...busy, ...single]);
    return turn;
  }
}

function ids(kind: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `bench-${kind}-${index}`);
}
