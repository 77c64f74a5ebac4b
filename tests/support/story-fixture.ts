import { randomUUID } from 'node:crypto';
import type { TimelineAnswer } from '../../contracts/http/timeline';
import { receiveCallbacks } from '../../db/attempts/reviews/inbox';
import { upsertLearner } from '../../db/courses/learners';
import { ApiFixture, OPERATOR, type TokenCaller } from './api-fixture';
import { anExam } from './attempt-builders';
import { decideInProcess } from './deciding-gateway';

/** Somebody of the exam office. */
export const MAKER: TokenCaller = { ...OPERATOR, sub: 'maker' };
export const REASON = 'The fire alarm went off';

export interface Story {
  code: string;
  userId: string;
  examId: number;
  attemptId: string;
}

type Callback = { code: string; externalId: string; reviewStatus: string };

/** The API, deciding in this process, with attempts that have a past worth telling. */
export class StoryFixture {
  private constructor(
    readonly api: ApiFixture,
    private readonly decide: ReturnType<typeof decideInProcess>,
  ) {}

  static async start(): Promise<StoryFixture> {
    const api = await ApiFixture.start();
    return new StoryFixture(api, decideInProcess(api));
  }

  /** Begun and started by the learner, given time, handed in, reviewed twice by the vendor, decided by a person. */
  async story(): Promise<Story> {
    const { api } = this;
    const { db } = api.database;
    const { id: examId } = await anExam(db, { provider: 'psi' });
    const userId = `u-${randomUUID()}`;
    await upsertLearner(db, { userId, username: userId, email: 'e', fullName: 'N', active: true });
    const learner = { sub: userId, scope: 'attempts:take' };
    const begun = await api.call(learner, 'POST', `/v1/exams/${examId}/attempts`, {
      userId,
      takingAsProctored: true,
      start: true,
    });
    const code = String(begun.body['attemptCode']);
    const time = { value: '15', reason: REASON };
    await api.call(MAKER, 'PUT', `/v1/exams/${examId}/allowances/${userId}/additional_time_granted`, time);
    await api.call(learner, 'POST', `/v1/attempts/${code}/actions`, { action: 'submit' });
    await api.call(learner, 'POST', `/v1/attempts/${code}/actions`, { action: 'submit' });
    const row = (await db('attempts').where({ code }).first<{ id: string; external_id: string }>()) ?? {
      id: '',
      external_id: '',
    };
    const key = { examId, userId, attemptNumber: 1 };
    for (const reviewStatus of ['Clean', 'Suspicious']) {
      const inboxId = await this.callback(
        { ...key, attemptId: row.id },
        { code, externalId: row.external_id, reviewStatus },
      );
      await this.decide(key, `inbox:${inboxId}`, { type: 'review', inboxId }).catch(() => undefined);
    }
    await api.call(MAKER, 'PATCH', `/v1/attempts/${code}`, { status: 'rejected', reason: REASON });
    return { code, userId, examId, attemptId: row.id };
  }

  /** A vendor's review in the inbox. @returns its number there. */
  async callback(
    attempt: { examId: number; userId: string; attemptNumber: number; attemptId: string },
    { code, externalId, reviewStatus }: Callback,
  ): Promise<string> {
    const body = {
      examMetaData: { examCode: code, ssiRecordLocator: externalId },
      reviewStatus,
      videoReviewLink: null,
      webCamComments: [],
      desktopComments: [],
    };
    const [receipt] = await receiveCallbacks(this.api.database.db, [
      {
        kind: 'review',
        provider: 'psi',
        channel: 'software_secure',
        attemptCode: code,
        attempt,
        externalId,
        trusted: false,
        body: JSON.stringify(body),
        bodyHash: reviewStatus,
        receivedAt: new Date(),
        windowMs: 0,
        onlyOne: false,
      },
    ]);
    return receipt?.inboxId ?? 'none';
  }

  async timeline(code: string, caller: TokenCaller = OPERATOR): Promise<TimelineAnswer> {
    const answer = await this.api.call(caller, 'GET', `/v1/attempts/${code}/timeline`);
    expect(answer.status).toBe(200);
    return answer.body as unknown as TimelineAnswer;
  }
}
