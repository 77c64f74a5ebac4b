import { signDevToken } from '../../config/dev-key';
import type { AttemptAnswer } from '../../contracts/http/attempts';
import type { AttemptAction } from '../../domain/attempts/commands';
import { ApiClient } from '../api-client';
import { attemptPath, createAttempt } from '../course-set-up';

/** What happens to a learner; stories are dealt in order, so that six learners cover all of them. */
export const STORIES = [
  'verified',
  'rejected',
  'awaiting-review',
  'declines',
  'runs-out-of-time',
  'tries-again',
] as const;

export type Story = (typeof STORIES)[number];

export type DemoAttempt = AttemptAnswer;

/** A learner with a token of the own; remembers the codes of all attempts, also of those removed later. */
export class DemoLearner {
  readonly codes: string[] = [];

  constructor(
    readonly userId: string,
    readonly story: Story,
    private readonly api: ApiClient,
  ) {}

  /** The attempt the learner is at. */
  get code(): string {
    const code = this.codes.at(-1);
    if (code === undefined) throw new Error(`${this.userId} has no attempt yet.`);
    return code;
  }

  async create(examId: number, takingAsProctored: boolean): Promise<DemoAttempt> {
    const attempt = await createAttempt(this.api, examId, this.userId, { takingAsProctored });
    this.codes.push(attempt.attemptCode);
    return attempt;
  }

  act(action: AttemptAction): Promise<DemoAttempt> {
    return this.api.post<DemoAttempt>(`${attemptPath(this.code)}/actions`, { action });
  }
}

/** Learner number `index`: whoever looks into the tables finds the story by the number. */
export async function makeLearner(index: number, apiUrl: string, devKeyFile: string): Promise<DemoLearner> {
  const userId = `learner-${String(index + 1).padStart(3, '0')}`;
  const story = STORIES[index % STORIES.length] ?? STORIES[0];
  const token = await signDevToken(devKeyFile, { sub: userId, scope: 'attempts:take' });
  return new DemoLearner(userId, story, new ApiClient(apiUrl, token));
}
