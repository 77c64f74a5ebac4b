import type { ApiClient } from '../../dev/api-client';
import { workThrough } from '../../dev/bounded-work';
import { coursePath, createExam, putCourse } from '../../dev/course-set-up';
import { type BenchClient, importLearners } from '../attempts/client';

const COURSE = 'course-v1:Bench+DueDate+2026';
const AT_A_TIME = 32;
const MINUTE_MS = 60_000;
/** The limit is longer than the time to the due date, so the due date ends every attempt. */
const TIMES = { limitMins: 90, untilDueMins: 30 };
const IMPORTED_AT_ONCE = 500;

/** The rule set `current`, under which minutes are fixed at the start; the exam is timed only, so it is never called. */
export const DUE_DATE_PROVIDER = {
  name: 'bench',
  title: 'Bench',
  supportsOnboarding: false,
  ruleSet: 'current',
} as const;

/** One course with one exam, due at one instant. */
export class DueCourse {
  examId = 0;
  /** By the course's clock, which stands still until `letItCome`. */
  readonly startedAt = new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS);
  readonly dueDate = new Date(this.startedAt.getTime() + TIMES.untilDueMins * MINUTE_MS);

  constructor(
    private readonly client: BenchClient,
    private readonly api: ApiClient,
  ) {}

  async prepare(userIds: readonly string[]): Promise<void> {
    await putCourse(this.api, COURSE, { proctoringProvider: DUE_DATE_PROVIDER.name });
    const exam = { timeLimitMins: TIMES.limitMins, dueDate: this.dueDate.toISOString() };
    this.examId = (await createExam(this.api, COURSE, exam)).examId;
    for (let at = 0; at < userIds.length; at += IMPORTED_AT_ONCE) {
      await importLearners(this.api, userIds.slice(at, at + IMPORTED_AT_ONCE));
    }
    await this.api.put(`${coursePath(COURSE)}/clock`, { frozenAt: this.startedAt.toISOString() });
  }

  async startAll(userIds: readonly string[], advance: (done: number) => void): Promise<void> {
    const url = `${this.api.baseUrl}/v1/exams/${this.examId}/attempts`;
    let done = 0;
    await workThrough(userIds, AT_A_TIME, async (userId) => {
      const body = { userId, takingAsProctored: false, start: true };
      const { status, deadline } = await this.client.send('POST', url, body, 201);
      if (status !== 'started' || deadline !== this.dueDate.toISOString()) {
        throw new Error(`An attempt is ${String(status)} until ${String(deadline)}.`);
      }
      done += 1;
      advance(done);
    });
  }

  /** Lets the clock go on, so that the due date comes at `atMs` of the clock on the wall; every workflow is told. */
  async letItCome(atMs: number): Promise<void> {
    const clock = { frozenAt: null, offsetMs: this.dueDate.getTime() - atMs };
    await this.api.put(`${coursePath(COURSE)}/clock`, clock);
  }
}
