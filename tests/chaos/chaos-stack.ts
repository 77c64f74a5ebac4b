import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { connectTemporal, type TemporalGateway } from '../../clients/temporal/attempts';
import { signDevToken } from '../../config/dev-key';
import type { FullAttemptAnswer } from '../../contracts/http/attempts';
import { connectDatabase } from '../../db/core/connect';
import { ApiClient, type ApiRequest } from '../../dev/api-client';
import type { Child } from '../../dev/children';
import { attemptPath, coursePath, createAttempt, createExam, putCourse, putLearner } from '../../dev/course-set-up';
import { SimulatorClient } from '../../dev/simulator/client';
import { type Stack, type StackOptions, startStack } from '../../dev/stack';
import { waitUntil } from '../../dev/wait-until';

/** How long the services' calls may take; the lease of an effect is a little longer. */
export const CALL_LIMIT_MS = 2_000;

/** Waiting times shortened to seconds, so that work left by a killed process is taken over soon. */
const IMPATIENT = {
  RELAY_INTERVAL_MS: '500',
  RELAY_GRACE_MS: '2000',
  EFFECT_RETRY_INITIAL_MS: '200',
  EFFECT_RETRY_MAX_MS: '1000',
  EFFECT_LEASE_MS: '3000',
  SERVICE_TIMEOUT_MS: String(CALL_LIMIT_MS),
  ATTEMPT_IDLE_MS: '2000',
};

const SCOPE =
  'exams:read exams:write learners:write attempts:read attempts:write exports:read exports:write ops:read ops:act';

/** A development stack that one test file may break, with clients for the API, the database and Temporal. */
export class ChaosStack {
  private constructor(
    readonly stack: Stack,
    readonly api: ApiClient,
    readonly simulator: SimulatorClient,
    readonly knex: Knex,
    readonly gateway: TemporalGateway,
  ) {}

  static async open(
    env: Record<string, string> = {},
    options: Pick<StackOptions, 'providers' | 'temporalFile'> = {},
  ): Promise<ChaosStack> {
    const stack = await startStack({
      ignoreExternal: true,
      testClock: true,
      temporalFile: true,
      env: { ...IMPATIENT, ...env },
      ...options,
    });
    const token = await signDevToken(stack.devKeyFile, { sub: 'platform', scope: SCOPE });
    return new ChaosStack(
      stack,
      new ApiClient(stack.urls.api, token),
      new SimulatorClient(stack.urls.simulator),
      connectDatabase({ url: stack.env['DATABASE_URL'] ?? '', poolMax: 4 }),
      connectTemporal({ address: stack.env['TEMPORAL_ADDRESS'] ?? '', namespace: 'default' }),
    );
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.knex.destroy(), this.gateway.close()]);
    await this.stack.stop();
  }

  get worker(): Child {
    const [worker] = this.stack.workers;
    if (!worker) throw new Error('There is no worker.');
    return worker;
  }

  /** A course of its own, so that tests do not see each other's requests. */
  async course(examCount = 1, more: { timeLimitMins?: number } = {}): Promise<ChaosCourse> {
    const courseId = `course-${randomUUID()}`;
    await putCourse(this.api, courseId);
    const examIds: number[] = [];
    for (let number = 1; number <= examCount; number += 1) {
      const exam = { contentId: `content-${number}`, isProctored: true, ...more };
      examIds.push((await createExam(this.api, courseId, exam)).examId);
    }
    return new ChaosCourse(this, courseId, examIds);
  }
}

/** One course with its proctored exams. */
export class ChaosCourse {
  private learners = 0;

  constructor(
    readonly chaos: ChaosStack,
    readonly courseId: string,
    readonly examIds: readonly number[],
  ) {}

  get examId(): number {
    return this.examIds[0] as number;
  }

  async learner(): Promise<string> {
    this.learners += 1;
    const userId = `${this.courseId}-${this.learners}`;
    await putLearner(this.chaos.api, userId);
    return userId;
  }

  /** A new learner's attempt, led through the statuses. */
  async attempt(...statuses: string[]): Promise<FullAttemptAnswer> {
    return this.attemptOf(await this.learner(), this.examId, ...statuses);
  }

  async attemptOf(userId: string, examId: number, ...statuses: string[]): Promise<FullAttemptAnswer> {
    const attempt = await createAttempt(this.chaos.api, examId, userId);
    for (const status of statuses) await this.chaos.api.done(changeTo(attempt, status));
    return this.chaos.api.get<FullAttemptAnswer>(attemptPath(attempt.attemptCode));
  }

  async live(): Promise<FullAttemptAnswer[]> {
    const path = `/attempts?courseId=${encodeURIComponent(this.courseId)}&limit=200`;
    return (await this.chaos.api.get<{ items: FullAttemptAnswer[] }>(path)).items;
  }

  /** The course's clock goes on by so much at once. */
  async passes(advanceMs: number): Promise<void> {
    await this.chaos.api.put(`${coursePath(this.courseId)}/clock`, { advanceMs });
  }

  async statusOf({ attemptCode }: Pick<FullAttemptAnswer, 'attemptCode'>): Promise<string> {
    return (await this.chaos.api.get<FullAttemptAnswer>(attemptPath(attemptCode))).status;
  }

  /** Resolves once the command's transaction is committed, whether or not the caller has an answer. */
  async committed({ attemptCode }: Pick<FullAttemptAnswer, 'attemptCode'>, status: string): Promise<void> {
    const look = () => this.chaos.knex('attempts').where({ code: attemptCode, status }).first() as Promise<unknown>;
    await waitUntil(async () => (await look()) !== undefined, { what: `${status} in the database`, timeoutMs: 15_000 });
  }

  /** Resolves once a receiver has a request that it has not answered. */
  async untilRequested(service: string): Promise<void> {
    const waiting = async () => {
      const log = await this.chaos.simulator.log({ courseId: this.courseId });
      return log.some((entry) => entry.service === service && entry.phase === 'received');
    };
    await waitUntil(waiting, { what: `a request to ${service}`, timeoutMs: 15_000 });
  }

  /** Keys of the effects in flight when a process was killed: only these may be requested again. */
  async inFlight(): Promise<string[]> {
    const rows = await this.chaos
      .knex<{ key: string; course_id: string; state: string }>('effects')
      .where({ course_id: this.courseId, state: 'in_flight' });
    return rows.map(({ key }) => key);
  }
}

/** The platform sets a status. */
export function changeTo({ attemptCode }: Pick<FullAttemptAnswer, 'attemptCode'>, status: string): ApiRequest {
  return { method: 'PATCH', path: attemptPath(attemptCode), body: { status } };
}
