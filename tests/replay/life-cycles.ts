import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { signDevToken } from '../../config/dev-key';
import type { Stack } from '../../dev/stack';

export interface LifeCycle {
  name: string;
  workflowId: string;
}

type Play = (player: Player) => Promise<string>;

/** Each plays one attempt to its end and gives the id of the workflow to keep. Learners are named after the life cycle. */
const PLAYS: Record<string, Play> = {
  'verified-after-review': async (player) =>
    player.changes(await player.create(), ['started', 'ready_to_submit', 'submitted', 'verified']),
  'timed-out': async (player) => {
    const attempt = await player.changes(await player.create(), ['started']);
    await player.call('PUT', `/v1/courses/${player.courseId}/clock`, { advanceMs: 2 * 3_600_000 });
    await player.untilStatus(attempt, 'submitted');
    return player.changes(attempt, ['rejected']);
  },
  'declined-with-cascade': async (player) => player.changes(await player.create(), ['declined']),
  'removed-while-created': async (player) => player.removed(await player.create()),
  'refused-transition': async (player) => player.changes(await player.create(), ['submitted', 'started', 'verified']),
  'credit-was-down': async (player) => {
    const attempt = await player.create();
    await player.fault('credit', { status: 503, remaining: 3 });
    return player.changes(attempt, ['submitted', 'verified']);
  },
  'woken-after-sleep': async (player) => {
    const attempt = await player.changes(await player.create(), ['submitted', 'verified']);
    await player.untilClosed(attempt);
    return player.changes(attempt, ['rejected']);
  },
  'removed-after-verdict': async (player) =>
    player.removed(await player.changes(await player.create(), ['submitted', 'verified'])),
  'reviewed-by-callback': async (player) => {
    const attempt = await player.create();
    await player.launches(attempt);
    await player.untilStatus(attempt, 'ready_to_start');
    await player.changes(attempt, ['started', 'submitted']);
    await player.reviewed(attempt, 'Suspicious');
    await player.untilStatus(attempt, 'verified');
    return attempt;
  },
  'started-by-a-signal': async (player) => {
    const other = await player.createOn(player.otherExamId);
    await player.changes(other, ['declined']);
    return player.currentOn(player.examId);
  },
};

/** Those of the given names, or all. */
export async function recordLifeCycles(stack: Stack, client: Client, names: string[] = []): Promise<LifeCycle[]> {
  const cycles: LifeCycle[] = [];
  for (const [name, play] of Object.entries(PLAYS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const player = await Player.enter(name, stack, client);
    const workflowId = await play(player);
    await player.untilClosed(workflowId);
    cycles.push({ name, workflowId });
  }
  return cycles;
}

interface Attempt {
  attemptCode: string;
  workflowId: string;
  status: string;
  externalId: string | null;
  examId: number;
}

/** One learner in one course of two proctored exams, acting through the public API. */
class Player {
  examId = 0;
  otherExamId = 0;
  private readonly codes = new Map<string, string>();

  private constructor(
    readonly courseId: string,
    private readonly stack: Stack,
    private readonly client: Client,
    private readonly token: string,
  ) {}

  static async enter(name: string, stack: Stack, client: Client): Promise<Player> {
    const scope = 'exams:read exams:write attempts:read attempts:write ops:act ops:read';
    const player = new Player(
      `course-${name}`,
      stack,
      client,
      await signDevToken(stack.devKeyFile, { sub: 'recorder', scope }),
    );
    const { courseId } = player;
    await player.call('PUT', `/v1/courses/${courseId}`, {
      name: 'Course',
      end: null,
      proctoringProvider: 'software_secure',
      escalationEmail: null,
    });
    await player.call('PUT', `/v1/learners/${courseId}`, {
      username: courseId,
      email: `${courseId}@example.org`,
      fullName: 'A Learner',
      active: true,
    });
    const exam = { courseId, timeLimitMins: 60, isProctored: true };
    player.examId = (
      await player.call<{ examId: number }>('POST', '/v1/exams', { ...exam, contentId: 'one', examName: 'One' })
    ).examId;
    player.otherExamId = (
      await player.call<{ examId: number }>('POST', '/v1/exams', { ...exam, contentId: 'two', examName: 'Two' })
    ).examId;
    return player;
  }

  create(): Promise<string> {
    return this.createOn(this.examId);
  }

  async createOn(examId: number): Promise<string> {
    const body = { userId: this.courseId, takingAsProctored: true };
    return this.remember(await this.call<Attempt>('POST', `/v1/exams/${examId}/attempts`, body));
  }

  /** Refused changes are part of some lives. */
  async changes(workflowId: string, statuses: readonly string[]): Promise<string> {
    for (const status of statuses) await this.call('PATCH', `/v1/attempts/${this.codes.get(workflowId)}`, { status });
    return workflowId;
  }

  /** SoftwareSecure's launch callback. */
  async launches(workflowId: string): Promise<void> {
    const path = `/v1/providers/software_secure/start/${this.codes.get(workflowId)}`;
    await fetch(this.stack.urls.api + path, { redirect: 'manual' });
  }

  /** SoftwareSecure's review of the attempt. */
  async reviewed(workflowId: string, reviewStatus: string): Promise<void> {
    const examCode = this.codes.get(workflowId);
    const { externalId } = await this.call<Attempt>('GET', `/v1/attempts/${examCode}`);
    const examMetaData = { examCode, ssiRecordLocator: externalId };
    const body = { examMetaData, reviewStatus, videoReviewLink: 'https://psi.example.org/1' };
    await this.call('POST', '/v1/providers/software_secure/reviews', body);
  }

  async removed(workflowId: string): Promise<string> {
    await this.call('DELETE', `/v1/attempts/${this.codes.get(workflowId)}`);
    return workflowId;
  }

  async currentOn(examId: number): Promise<string> {
    const found = await this.until('the cascade', async () => {
      const path = `/v1/attempts?courseId=${this.courseId}&examId=${examId}`;
      return (await this.call<{ items: Attempt[] }>('GET', path)).items[0];
    });
    return this.remember(found);
  }

  async untilStatus(workflowId: string, status: string): Promise<void> {
    await this.until(status, async () => {
      const attempt = await this.call<Attempt>('GET', `/v1/attempts/${this.codes.get(workflowId)}`);
      return attempt.status === status || undefined;
    });
  }

  async untilClosed(workflowId: string): Promise<void> {
    await this.until('the workflow to close', async () => {
      const { status } = await this.client.workflow.getHandle(workflowId).describe();
      return status.name !== 'RUNNING' || undefined;
    });
  }

  async fault(service: string, fault: object): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    await fetch(`${this.stack.urls.simulator}/_sim/faults/${service}`, {
      method: 'PUT',
      headers,
      body: JSON.stringify(fault),
    });
  }

  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const headers = {
      authorization: `Bearer ${this.token}`,
      'idempotency-key': randomUUID(),
      ...(body ? { 'content-type': 'application/json' } : {}),
    };
    const answer = await fetch(this.stack.urls.api + path, {
      method,
      headers,
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    if (answer.status >= 500) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    const text = await answer.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  private remember({ workflowId, attemptCode }: Attempt): string {
    this.codes.set(workflowId, attemptCode);
    return workflowId;
  }

  private async until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const found = await look();
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
      await pause(50);
    }
  }
}
