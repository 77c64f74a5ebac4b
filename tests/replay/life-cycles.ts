import type { Client } from '@temporalio/client';
import { signDevToken } from '../../config/dev-key';
import type { FullAttemptAnswer } from '../../contracts/http/attempts';
import { ApiClient } from '../../dev/api-client';
import { attemptPath, coursePath, createAttempt, createExam, putCourse, putLearner } from '../../dev/course-set-up';
import { SimulatorClient } from '../../dev/simulator/client';
import { softwareSecureReview } from '../../dev/software-secure';
import type { Stack } from '../../dev/stack';
import { waitFor, waitUntil } from '../../dev/wait-until';
import { untilClosed } from '../support/temporal-fixture';

const PATIENCE_MS = 30_000;

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
    await player.api.put(`${coursePath(player.courseId)}/clock`, { advanceMs: 2 * 3_600_000 });
    await player.untilStatus(attempt, 'submitted');
    return player.changes(attempt, ['rejected']);
  },
  'declined-with-cascade': async (player) => player.changes(await player.create(), ['declined']),
  'removed-while-created': async (player) => player.removed(await player.create()),
  'refused-transition': async (player) => player.changes(await player.create(), ['submitted', 'started', 'verified']),
  'credit-was-down': async (player) => {
    const attempt = await player.create();
    await player.simulator.faults.set('credit', { status: 503, remaining: 3 });
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

export const LIFE_CYCLES: readonly string[] = Object.keys(PLAYS);

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

/** One learner in one course of two proctored exams, acting through the public API. */
class Player {
  examId = 0;
  otherExamId = 0;
  readonly api: ApiClient;
  readonly simulator: SimulatorClient;
  private readonly codes = new Map<string, string>();

  private constructor(
    readonly courseId: string,
    { urls }: Stack,
    private readonly client: Client,
    token: string,
  ) {
    this.api = new ApiClient(urls.api, token);
    this.simulator = new SimulatorClient(urls.simulator);
  }

  static async enter(name: string, stack: Stack, client: Client): Promise<Player> {
    const scope = 'exams:read exams:write learners:write attempts:read attempts:write ops:act ops:read';
    const token = await signDevToken(stack.devKeyFile, { sub: 'recorder', scope });
    const player = new Player(`course-${name}`, stack, client, token);
    const { api, courseId } = player;
    await putCourse(api, courseId, { name: 'Course' });
    await putLearner(api, courseId);
    const makeExam = async (contentId: string, examName: string): Promise<number> =>
      (await createExam(api, courseId, { contentId, examName, isProctored: true })).examId;
    player.examId = await makeExam('one', 'One');
    player.otherExamId = await makeExam('two', 'Two');
    return player;
  }

  create(): Promise<string> {
    return this.createOn(this.examId);
  }

  async createOn(examId: number): Promise<string> {
    return this.remember(await createAttempt(this.api, examId, this.courseId));
  }

  /** Refused changes are part of some lives. */
  async changes(workflowId: string, statuses: readonly string[]): Promise<string> {
    const path = this.pathOf(workflowId);
    for (const status of statuses) await this.api.untilDecided({ method: 'PATCH', path, body: { status } });
    return workflowId;
  }

  /** SoftwareSecure's launch callback. */
  async launches(workflowId: string): Promise<void> {
    const path = `/providers/software_secure/start/${this.codes.get(workflowId)}`;
    await this.api.request({ method: 'GET', path, token: null });
  }

  /** SoftwareSecure's review of the attempt. */
  async reviewed(workflowId: string, reviewStatus: string): Promise<void> {
    const { attemptCode: code, externalId } = await this.attempt(workflowId);
    await this.api.post(
      '/providers/software_secure/reviews',
      softwareSecureReview({ code, externalId }, { reviewStatus }),
    );
  }

  async removed(workflowId: string): Promise<string> {
    await this.api.remove(this.pathOf(workflowId));
    return workflowId;
  }

  async currentOn(examId: number): Promise<string> {
    const path = `/attempts?courseId=${this.courseId}&examId=${examId}`;
    const first = async (): Promise<FullAttemptAnswer | undefined> =>
      (await this.api.get<{ items: FullAttemptAnswer[] }>(path)).items[0];
    return this.remember(await waitFor(first, { what: 'the cascade', timeoutMs: PATIENCE_MS }));
  }

  async untilStatus(workflowId: string, status: string): Promise<void> {
    const isThere = async (): Promise<boolean> => (await this.attempt(workflowId)).status === status;
    await waitUntil(isThere, { what: status, timeoutMs: PATIENCE_MS });
  }

  untilClosed(workflowId: string): Promise<void> {
    return untilClosed(this.client, workflowId);
  }

  private attempt(workflowId: string): Promise<FullAttemptAnswer> {
    return this.api.get<FullAttemptAnswer>(this.pathOf(workflowId));
  }

  private pathOf(workflowId: string): string {
    return attemptPath(this.codes.get(workflowId) ?? '');
  }

  private async remember({ attemptCode }: Pick<FullAttemptAnswer, 'attemptCode'>): Promise<string> {
    const { workflowId } = await this.api.get<FullAttemptAnswer>(attemptPath(attemptCode));
    this.codes.set(workflowId, attemptCode);
    return workflowId;
  }
}
