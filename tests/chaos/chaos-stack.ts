import { randomUUID } from 'node:crypto';
import type { Knex } from 'knex';
import { connectTemporal, type TemporalGateway } from '../../clients/temporal/attempts';
import { signDevToken } from '../../config/dev-key';
import type { AttemptAnswer } from '../../contracts/http/attempts';
import type { ExamAnswer } from '../../contracts/http/exams';
import { connectDatabase } from '../../db/core/connect';
import type { Child } from '../../dev/children';
import { type Stack, type StackOptions, startStack } from '../../dev/stack';
import { waitUntil } from '../../dev/wait-until';
import { ApiCaller } from './caller';
import { ChaosSimulatorClient } from './simulator';

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

const SCOPE = 'exams:read exams:write attempts:read attempts:write exports:read exports:write ops:read ops:act';

/** A development stack that one test file may break, with clients for the API, the database and Temporal. */
export class ChaosStack {
  private constructor(
    readonly stack: Stack,
    readonly caller: ApiCaller,
    readonly simulator: ChaosSimulatorClient,
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
      new ApiCaller(stack.urls.api, token),
      new ChaosSimulatorClient(stack.urls.simulator),
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
  async course(examCount = 1): Promise<ChaosCourse> {
    const courseId = `course-${randomUUID()}`;
    const body = { name: 'A course', proctoringProvider: 'software_secure' };
    await this.caller.done({ method: 'PUT', path: `/v1/courses/${courseId}`, body });
    const examIds: number[] = [];
    for (let number = 1; number <= examCount; number += 1) {
      const exam = { courseId, contentId: `content-${number}`, examName: 'An exam', timeLimitMins: 60 };
      const made = { method: 'POST', path: '/v1/exams', body: { ...exam, isProctored: true } } as const;
      examIds.push((await this.caller.done<ExamAnswer>(made)).examId);
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
    const body = { username: userId, email: `${userId}@example.org`, fullName: 'A Learner' };
    await this.chaos.caller.done({ method: 'PUT', path: `/v1/learners/${userId}`, body });
    return userId;
  }

  /** A new learner's attempt, led through the statuses. */
  async attempt(...statuses: string[]): Promise<AttemptAnswer> {
    return this.attemptOf(await this.learner(), this.examId, ...statuses);
  }

  async attemptOf(userId: string, examId: number, ...statuses: string[]): Promise<AttemptAnswer> {
    const body = { userId, takingAsProctored: true };
    let attempt = await this.chaos.caller.done<AttemptAnswer>({
      method: 'POST',
      path: `/v1/exams/${examId}/attempts`,
      body,
    });
    for (const status of statuses) attempt = await this.chaos.caller.done(changeTo(attempt, status));
    return attempt;
  }

  async live(): Promise<AttemptAnswer[]> {
    const path = `/v1/attempts?courseId=${encodeURIComponent(this.courseId)}&limit=200`;
    return (await this.chaos.caller.done<{ items: AttemptAnswer[] }>({ method: 'GET', path })).items;
  }

  /** The course's clock goes on by so much at once. */
  async passes(advanceMs: number): Promise<void> {
    const path = `/v1/courses/${encodeURIComponent(this.courseId)}/clock`;
    await this.chaos.caller.done({ method: 'PUT', path, body: { advanceMs } });
  }

  async statusOf({ attemptCode }: AttemptAnswer): Promise<string> {
    const answer = await this.chaos.caller.done<AttemptAnswer>({ method: 'GET', path: `/v1/attempts/${attemptCode}` });
    return answer.status;
  }

  /** Resolves once the command's transaction is committed, whether or not the caller has an answer. */
  async committed({ attemptCode }: AttemptAnswer, status: string): Promise<void> {
    const look = () => this.chaos.knex('attempts').where({ code: attemptCode, status }).first() as Promise<unknown>;
    await waitUntil(async () => (await look()) !== undefined, { what: `${status} in the database`, timeoutMs: 15_000 });
  }

  /** Resolves once a receiver has a request that it has not answered. */
  async untilRequested(service: string): Promise<void> {
    const waiting = async () => {
      const { log } = await this.chaos.simulator.seen(this.courseId);
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
export function changeTo(
  { attemptCode }: AttemptAnswer,
  status: string,
): { method: 'PATCH'; path: string; body: object } {
  return { method: 'PATCH', path: `/v1/attempts/${attemptCode}`, body: { status } };
}
