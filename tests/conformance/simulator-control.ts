import type { SimulatedChannel } from '../../dev/simulator/channels/channel-settings';
import type { RecordCount } from '../../dev/simulator/channels/channel-state';
import type { LogEntry } from '../../dev/simulator/journal';
import type { LearnerDataAnswer } from '../../dev/simulator/learner-answers';

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

/** The platform simulator's control API. */
export class SimulatorControl {
  private newest = 0;

  constructor(readonly baseUrl: string) {}

  /** Requests that came in later have a larger number. */
  get mark(): number {
    return this.newest;
  }

  async answer({ gradeOverride, removal, creditUnknown }: SimulatorAnswers, scope: AnswerScope): Promise<void> {
    const { courseId, atProviders } = scope;
    if (gradeOverride !== undefined) await this.put('override', { courseId, enabled: gradeOverride });
    if (creditUnknown) await this.put('course-name', { courseId, name: null, unknownLearner: true });
    if (removal === undefined) return;
    for (const attempt of atProviders) await this.put('removal', { ...attempt, answer: removal });
  }

  /** The course name that the credit service tells of everybody; null = it has none. */
  courseName(courseId: string, name: string | null): Promise<void> {
    return this.put('course-name', { courseId, name });
  }

  gradeOverride(courseId: string, enabled: boolean): Promise<void> {
    return this.put('override', { courseId, enabled });
  }

  /** `registered`, `refused` or an onboarding status. */
  registration(provider: string, courseId: string, outcome: string): Promise<void> {
    return this.put('registration', { provider, courseId, outcome });
  }

  removal(provider: string, courseId: string, answer: 'deleted' | 'kept' | 'refused'): Promise<void> {
    return this.put('removal', { provider, courseId, answer });
  }

  courseKnown(courseId: string, known: boolean): Promise<void> {
    return this.put('course', { courseId, known });
  }

  /** What a service says of a learner or a course run. */
  learnerData(answer: LearnerDataAnswer): Promise<void> {
    return this.put('learner-data', answer);
  }

  /** Sets how a channel behaves. */
  async channel(name: SimulatedChannel, settings: object): Promise<void> {
    const init = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(settings) };
    const response = await fetch(`${this.baseUrl}/_sim/channels/${name}`, init);
    if (!response.ok) throw new Error(`The simulator refused settings of ${name}: ${await response.text()}`);
  }

  /** How often a channel took what. */
  async channelRecords(name: SimulatedChannel): Promise<RecordCount[]> {
    const response = await fetch(`${this.baseUrl}/_sim/channels/${name}/records`);
    return (JSON.parse(await response.text()) as { items: RecordCount[] }).items;
  }

  /** What came in after the mark, whoever it was about, in order. */
  async requestsSince(mark: number): Promise<LogEntry[]> {
    const response = await fetch(`${this.baseUrl}/_sim/log?since=${mark}`);
    if (!response.ok) throw new Error(`The simulator answered ${response.status} when asked for its log.`);
    // Parsed here: what fetch parses belongs to another realm in tests, where deep equality tells its arrays from ours.
    const { items } = JSON.parse(await response.text()) as { items: LogEntry[] };
    this.newest = Math.max(this.newest, items.at(-1)?.seq ?? 0);
    return items;
  }

  private async put(topic: string, body: object): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const init = { method: 'PUT', headers, body: JSON.stringify(body) };
    const response = await fetch(`${this.baseUrl}/_sim/answers/${topic}`, init);
    if (!response.ok) throw new Error(`The simulator refused the answer "${topic}": ${await response.text()}`);
  }
}
