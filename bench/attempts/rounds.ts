import type { BenchClient } from './client';
import type { GroundTruth } from './ground-truth';
import type { BenchOptions } from './options';
import { courseOf, PROVIDER, VARIANTS, type VariantName } from './plan';
import { takeTurn, type Turn } from './turn';
import type { Stage, Variant } from './variants';

/**
 * Attempts per variant before anything is measured: connections, caches and compiled code. After 400 a tenth of the real
 * worker's CPU still went into compiling, as it has more code than the others.
 */
const WARM_UP = 1_000;

/** Runs warm-up and rounds, checking after each turn. */
export class Rounds {
  readonly turns = new Map<VariantName, Turn[]>(VARIANTS.map((name) => [name, []]));
  private readonly examIds = new Map<VariantName, number>();

  constructor(
    private readonly stage: Stage,
    private readonly client: BenchClient,
    private readonly truth: GroundTruth,
    private readonly options: BenchOptions,
    private readonly log: (line: string) => void,
  ) {}

  examIdOf(variant: VariantName): number {
    const id = this.examIds.get(variant);
    if (id === undefined) throw new Error(`${variant} has no exam yet.`);
    return id;
  }

  /** Learners of a round; the first round is 1, the warm-up is 0. */
  learnersOf(round: number): { busy: string[]; single: string[] } {
    const { attempts, single } = this.options;
    const ids = (kind: string, count: number) => Array.from({ length: count }, (_, i) => `bench-${round}-${kind}-${i}`);
    return { busy: ids('b', round === 0 ? WARM_UP : attempts), single: round === 0 ? [] : ids('s', single) };
  }

  /** A course and a timed exam for each variant, learners for all. */
  async prepare(): Promise<void> {
    const url = this.stage.stack.urls.api;
    for (const name of VARIANTS) {
      const courseId = courseOf(name);
      const course = { name: 'Bench', proctoringProvider: PROVIDER.name };
      await this.client.send('PUT', `${url}/v1/courses/${encodeURIComponent(courseId)}`, course, 200);
      const exam = { courseId, contentId: 'bench-exam', examName: 'Bench', timeLimitMins: 90 };
      const created = await this.client.send('POST', `${url}/v1/exams`, exam, 201);
      this.examIds.set(name, Number(created['examId']));
    }
    for (let round = 0; round <= this.options.rounds; round += 1) {
      const { busy, single } = this.learnersOf(round);
      await this.client.importLearners(url, [...busy, ...single]);
    }
    await this.truth.slowCredit();
  }

  async run(): Promise<void> {
    const { variants } = this.stage;
    for (const variant of variants) await this.turn(variant, 0);
    for (let round = 1; round <= this.options.rounds; round += 1) {
      for (let place = 0; place < variants.length; place += 1) {
        const variant = variants[(place + round - 1) % variants.length] as Variant;
        const turn = await this.turn(variant, round);
        this.turns.get(variant.name)?.push(turn);
        const rate = turn.attemptsPerSecond.toFixed(1);
        this.log(`round ${round}/${this.options.rounds}  ${variant.name.padEnd(9)} ${rate.padStart(7)} attempts/s`);
      }
    }
  }

  private async turn(variant: Variant, round: number): Promise<Turn> {
    const examId = this.examIdOf(variant.name);
    const { busy, single } = this.learnersOf(round);
    const { concurrency } = this.options;
    const turn = await takeTurn(this.client, variant, examId, { busy, single, concurrency });
    await this.truth.check(variant.name, examId, [...busy, ...single]);
    return turn;
  }
}
