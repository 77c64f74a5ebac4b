import { randomUUID } from 'node:crypto';
import type { temporal as proto } from '@temporalio/proto';
import {
  type AttemptKey,
  clockChangedSignal,
  examAttemptWorkflowId,
  removeUpdate,
  retryEffectUpdate,
} from '../../../contracts/attempts/messages';
import { SEARCH_ATTRIBUTES } from '../../../contracts/search-attributes';
import { setClock } from '../../../db/courses/courses';
import { IMPATIENT, FIXTURE_PROVIDER } from '../../support/attempt-fixture';
import { wordsIn } from '../../support/temporal-text';
import { WorkflowFixture } from './workflow-fixture';

jest.setTimeout(30_000);

const PERSON = { fullName: 'Canary Fullname', email: 'canary.mail@example.org' };

let fixture: WorkflowFixture;
beforeAll(async () => {
  fixture = await WorkflowFixture.start({ timings: { questionTimeoutMs: 8_000 } });
});
afterEach(() => {
  fixture.backend.simulator.faults.clear();
  fixture.backend.simulator.answers.clear();
});
afterAll(() => fixture.stop());

async function created(given: { provider?: string } = {}): Promise<AttemptKey> {
  const key = await fixture.backend.newKey({ ...PERSON, username: `canary-user-${randomUUID()}`, ...given });
  await fixture.create(key);
  return key;
}

describe("An attempt in Temporal's list", () => {
  it('is found by course, exam, learner and provider', async () => {
    const key = await created();
    const { typedSearchAttributes: found } = await fixture.describe(key);
    expect({
      course: found.get(SEARCH_ATTRIBUTES.ExamCourseId),
      exam: found.get(SEARCH_ATTRIBUTES.ExamId),
      learner: found.get(SEARCH_ATTRIBUTES.LearnerId),
      provider: found.get(SEARCH_ATTRIBUTES.ProctoringProvider),
    }).toEqual({
      course: (await fixture.backend.attempt(key)).courseId,
      exam: String(key.examId),
      learner: key.userId,
      provider: FIXTURE_PROVIDER,
    });
  });

  it('is found by its phase, through its whole life', async () => {
    const key = await created();
    await fixture.untilSearchable(key, 'AttemptPhase', 'open');
    await fixture.change(key, 'started');
    await fixture.untilSearchable(key, 'AttemptPhase', 'in_exam');
    await fixture.change(key, 'submitted');
    await fixture.untilSearchable(key, 'AttemptPhase', 'awaiting_review');
    await fixture.change(key, 'verified');
    await fixture.untilSearchable(key, 'AttemptPhase', 'decided');
    await fixture.update(key, removeUpdate, {});
    await fixture.untilSearchable(key, 'AttemptPhase', 'removed');
  });

  it('says in its summary which course, exam and attempt it is about', async () => {
    const key = await created();
    const { courseId } = await fixture.backend.attempt(key);
    const summary = await (await fixture.describe(key)).staticSummary();
    expect(summary).toBe(`${courseId} · exam ${key.examId} (Final) · attempt 1`);
  });
});

it('An exam with the longest name and course id is begun like any other', async () => {
  const key = await fixture.backend.newKey({ ...PERSON, username: `canary-user-${randomUUID()}` });
  const name = { exam_name: '考'.repeat(4_000) };
  await fixture.backend.knex('exams').where({ id: key.examId }).update(name);
  await fixture.create(key);
  const summary = await (await fixture.describe(key)).staticSummary();
  expect(summary).toContain(`(${'考'.repeat(59)}…)`);
});

async function eventsOf(key: AttemptKey): Promise<proto.api.history.v1.IHistoryEvent[]> {
  const handle = fixture.client.workflow.getHandle(examAttemptWorkflowId(key));
  return (await handle.fetchHistory()).events ?? [];
}

it('Each decision says in the history what it was asked for, a timer’s too', async () => {
  const key = await created();
  const { courseId, deadline } = await fixture.change(key, 'started');
  await setClock(fixture.backend.knex, courseId, { offsetMs: 2 * 3_600_000 });
  await fixture.gateway.signal(key, clockChangedSignal, []);
  await fixture.untilStatus(key, 'submitted');
  await fixture.change(key, 'verified');
  await fixture.until('its end in the history', async () => (await markersOf(key)).length >= 4);
  expect(await markersOf(key)).toEqual(
    expect.arrayContaining([
      'create',
      'changeStatus: created → started',
      'read the row',
      `timer: times out at ${deadline}`,
      'changeStatus: submitted → verified',
    ]),
  );
});

/** The lines of the local activities, in order. */
async function markersOf(key: AttemptKey): Promise<string[]> {
  const markers = (await eventsOf(key)).filter((event) => event.markerRecordedEventAttributes);
  return markers.map(({ userMetadata }) => wordsIn(userMetadata?.summary?.data).replaceAll('"', ''));
}

describe('A review that does not come in time', () => {
  it('calls for an operator in the row and in the list, and says when it was due', async () => {
    const key = await created({ provider: IMPATIENT });
    const { reviewDueAt } = await fixture.change(key, 'submitted');
    await fixture.untilSearchable(key, 'NeedsAttention', 'review-overdue');
    expect(await fixture.backend.attempt(key)).toMatchObject({
      status: 'submitted',
      needsAttention: ['review-overdue'],
    });
    const { typedSearchAttributes } = await fixture.describe(key);
    expect(typedSearchAttributes.get(SEARCH_ATTRIBUTES.ReviewDueAt)?.toISOString()).toBe(reviewDueAt);
  });
});

describe('An effect that failed for good', () => {
  it('calls for an operator, who has it tried again', async () => {
    const key = await created();
    fixture.backend.simulator.faults.set('instructor', { refuse: 422 });
    expect(await fixture.change(key, 'submitted')).toMatchObject({ status: 'submitted' });
    await fixture.untilSearchable(key, 'NeedsAttention', 'effect-failed');
    fixture.backend.simulator.faults.clear();
    const { effectId } = await fixture.backend.effect(key, 'instructor.complete');
    await fixture.update(key, retryEffectUpdate, { effectId });
    await fixture.untilSearchable(key, 'NeedsAttention', undefined);
    expect(await fixture.backend.attempt(key)).toMatchObject({ needsAttention: [], pendingEffects: 0 });
    const retry = fixture.update(key, retryEffectUpdate, { effectId });
    await expect(retry).rejects.toMatchObject({ code: 'effect-not-failed' });
  });

  it('is a failed activity that says which effect it was and why, and is not tried again', async () => {
    const key = await created();
    fixture.backend.simulator.faults.set('instructor', { refuse: 422 });
    await fixture.change(key, 'submitted');
    await fixture.untilSearchable(key, 'NeedsAttention', 'effect-failed');
    const failure = { message: 'instructor.complete failed: instructor answered 422' };
    const ofActivity = { type: 'EffectFailed', nonRetryable: true };
    const failed = (await eventsOf(key)).flatMap((event) => event.activityTaskFailedEventAttributes ?? []);
    expect(failed).toMatchObject([{ failure: { ...failure, applicationFailureInfo: ofActivity } }]);
    expect(await fixture.backend.effect(key, 'instructor.complete')).toMatchObject({
      state: 'failed',
      lastError: 'instructor answered 422',
    });
  });
});

describe("What learners' attempts leave in Temporal", () => {
  /** A life in which everything that handles names and addresses fails at least once. */
  beforeAll(async () => {
    const refused = await fixture.backend.newKey({ ...PERSON, username: `canary-user-${randomUUID()}` });
    fixture.backend.simulator.answers.setRegistration({ provider: FIXTURE_PROVIDER, outcome: 'refused' });
    await expect(fixture.create(refused)).rejects.toMatchObject({ code: 'provider-refused' });
    fixture.backend.simulator.answers.clear();
    const key = await created();
    for (const service of ['mail', 'certificates', 'grades']) {
      fixture.backend.simulator.faults.set(service, { status: 503, remaining: 1 });
    }
    await fixture.change(key, 'submitted');
    await fixture.change(key, 'rejected');
    await fixture.until('its effects', async () => (await fixture.backend.attempt(key)).pendingEffects === 0);
  });

  async function everythingVisible(): Promise<string> {
    const runs = await fixture.runs();
    const visible = await Promise.all(
      runs.map(async ({ workflowId, runId }) => {
        const handle = fixture.client.workflow.getHandle(workflowId, runId);
        return wordsIn([(await handle.describe()).raw, await handle.fetchHistory()]);
      }),
    );
    return visible.join(' ');
  }

  it('holds no external id beside an attempt’s code: with both somebody could send its review', async () => {
    const visible = await everythingVisible();
    const rows = (await fixture.backend.knex('attempts').whereNotNull('external_id')) as {
      code: string;
      external_id: string;
    }[];
    expect(rows.some(({ code }) => visible.includes(code))).toBe(true);
    expect(rows.filter(({ external_id: externalId }) => visible.includes(externalId))).toEqual([]);
  });

  it('holds no name, address or user name: not in a history, nor in what the list shows', async () => {
    const visible = await everythingVisible();
    expect(visible).toContain('exam-attempt');
    expect(visible).not.toMatch(/canary/i);
    expect(
      fixture.backend.simulator.mail
        .mails()
        .map(({ raw }) => raw)
        .join(''),
    ).toMatch(/canary/i);
  });

  it('says with every activity and every timer what it is for', async () => {
    const histories = await fixture.histories();
    const events = histories.flatMap(({ history }) => history.events ?? []);
    const scheduled = events.filter((event) => event.activityTaskScheduledEventAttributes);
    const timers = events.filter((event) => event.timerStartedEventAttributes);
    expect(Math.min(scheduled.length, timers.length)).toBeGreaterThan(0);
    const summaries = [...scheduled, ...timers].map(({ userMetadata }) => wordsIn(userMetadata?.summary?.data));
    expect(summaries.filter((summary) => summary.length < 5)).toEqual([]);
    const kinds = summaries.map((summary) => summary.replace(/ at .*/, '').replaceAll('"', ''));
    const expected = ['ask: registration', 'times out', 'review due', 'closes when idle', 'email'];
    expect(kinds).toEqual(expect.arrayContaining(expected));
  });

  it('replays under the present code', async () => {
    expect(await fixture.replayAll()).toBeGreaterThanOrEqual(8);
  });
});
