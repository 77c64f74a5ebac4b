import { SimulatorClient } from '../../dev/simulator/client';
import type { LogEntry } from '../../dev/simulator/journal';

/** What the outside answers in a case, where it is not the plain answer. */
export interface SimulatorAnswers {
  gradeOverride?: boolean;
  removal?: 'kept' | 'refused';
  /** The credit service knows nothing about the learner. */
  creditUnknown?: boolean;
}

/** Where a case's answers apply. */
export interface AnswerScope {
  courseId: string;
  /** Provider and external id of each attempt that has one. */
  atProviders: readonly { provider: string; externalId: string }[];
}

/** The simulator, with what came in since a moment. */
export class OutsideWorld extends SimulatorClient {
  private newest = 0;

  /** Requests that came in later have a larger number. */
  get mark(): number {
    return this.newest;
  }

  async answerCase({ gradeOverride, removal, creditUnknown }: SimulatorAnswers, scope: AnswerScope): Promise<void> {
    const { courseId, atProviders } = scope;
    if (gradeOverride !== undefined) await this.answer('override', { courseId, enabled: gradeOverride });
    if (creditUnknown) await this.answer('course-name', { courseId, name: null, unknownLearner: true });
    for (const attempt of atProviders) {
      await this.answer('registered-attempt', attempt);
      if (removal !== undefined) await this.answer('removal', { ...attempt, answer: removal });
    }
  }

  /** What came in after the mark, whoever it was about, in order. */
  async requestsSince(mark: number): Promise<LogEntry[]> {
    const entries = await this.log({ since: mark });
    this.newest = Math.max(this.newest, entries.at(-1)?.seq ?? 0);
    return entries;
  }
}
