import { randomUUID } from 'node:crypto';
import type { AttemptAnswer } from '../../../contracts/http/attempts';
import type { ApiAnswer, ApiRequest } from '../../../dev/api-client';
import { waitUntil } from '../../../dev/wait-until';
import { type ChaosCourse, changeTo } from '../chaos-stack';
import type { Dice } from './dice';

/** What the platform tells about a learner in the exam; most of it leaves the time running. */
const STATUSES = ['ready_to_submit', 'started', 'ready_to_submit', 'started', 'ready_to_submit', 'submitted'] as const;
const PATIENCE_MS = 240_000;

interface Told {
  request: ApiRequest & { key: string };
  answer: ApiAnswer;
}

/** A learner who takes an exam, and the platform that reports it: each command again until it has an outcome. */
export class Taker {
  readonly told: Told[] = [];
  private attempt: AttemptAnswer | undefined;

  constructor(
    private readonly course: ChaosCourse,
    private readonly roll: Dice,
  ) {}

  /** As it was answered last. */
  get last(): AttemptAnswer {
    if (!this.attempt) throw new Error('The attempt was not started.');
    return this.attempt;
  }

  async start(): Promise<void> {
    const body = { userId: await this.course.learner(), takingAsProctored: true };
    await this.post({ method: 'POST', path: `/exams/${this.course.examId}/attempts`, body });
    await this.post(changeTo(this.last, 'started'));
  }

  /** Until the time is over or it was handed in: a few reports, some seconds between them. */
  async take(): Promise<void> {
    const deadlineMs = Date.parse(this.last.deadline ?? '');
    while (this.last.status !== 'submitted') {
      const nextMs = Date.now() + 3_000 + this.roll(15_000);
      if (nextMs > deadlineMs) return;
      await waitUntil(() => Date.now() >= nextMs, { what: 'the next report', timeoutMs: 30_000, intervalMs: 200 });
      await this.post(changeTo(this.last, STATUSES[this.roll(STATUSES.length)] as string));
    }
  }

  private async post(request: ApiRequest): Promise<void> {
    const keyed = { ...request, key: randomUUID() };
    const answer = await this.course.chaos.api.untilDecided(keyed, PATIENCE_MS);
    this.told.push({ request: keyed, answer });
    if (answer.status < 300) this.attempt = answer.body as unknown as AttemptAnswer;
  }
}
