import { randomUUID } from 'node:crypto';
import type { temporal as proto } from '@temporalio/proto';
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import pino from 'pino';
import {
  actUpdate,
  type AttemptKey,
  type AttemptView,
  changeStatusUpdate,
  createUpdate,
  examAttemptWorkflowId,
  retryEffectUpdate,
  setReviewUpdate,
} from '../../../contracts/attempts/messages';
import { setClock } from '../../../db/courses/courses';
import { Relay } from '../../../worker/relay';
import { FIXTURE_PROVIDER, IMPATIENT } from '../../support/attempt-fixture';
import { wordsIn } from '../../support/temporal-text';
import { WorkflowFixture } from './workflow-fixture';

jest.setTimeout(40_000);

const METADATA = defineQuery<proto.api.sdk.v1.IWorkflowMetadata>('__temporal_workflow_metadata');

let fixture: WorkflowFixture;
beforeAll(async () => {
  fixture = await WorkflowFixture.start();
});
afterEach(() => fixture.backend.simulator.faults.clear());
afterAll(() => fixture.stop());

const handleOf = (key: AttemptKey) => fixture.client.workflow.getHandle(examAttemptWorkflowId(key));
const detailsOf = async (key: AttemptKey): Promise<string> =>
  (await handleOf(key).query(METADATA)).currentDetails ?? '';

async function started(given: { provider?: string } = {}): Promise<{ key: AttemptKey; attempt: AttemptView }> {
  const key = await fixture.backend.newKey(given);
  await fixture.create(key);
  return { key, attempt: await fixture.change(key, 'started') };
}

/** Moves the course's clock so that the attempt is over in so many milliseconds. Nobody tells the workflow. */
async function overIn({ deadline, courseId }: AttemptView, inMs: number): Promise<void> {
  const offsetMs = Date.parse(deadline ?? '') - Date.now() - inMs;
  await setClock(fixture.backend.knex, courseId, { offsetMs });
}

/** One look of a relay that finds everything left at once. */
async function look(): Promise<void> {
  const { gateway, timings } = fixture;
  const log = pino({ level: 'silent' });
  await new Relay({ knex: fixture.backend.knex, gateway, timings, graceMs: 0, intervalMs: 60_000, log }).runOnce();
}

describe('An attempt that is cancelled in Temporal’s UI', () => {
  it('goes on: it takes commands, keeps its deadline and closes as ever', async () => {
    const { key, attempt } = await started();
    await handleOf(key).cancel();
    expect(await fixture.change(key, 'ready_to_submit')).toMatchObject({ status: 'ready_to_submit' });
    await overIn(attempt, 300);
    await handleOf(key).signal('clockChanged');
    expect(await fixture.untilStatus(key, 'submitted')).toMatchObject({ completedAt: attempt.deadline });
    await fixture.change(key, 'verified');
    await fixture.until('its end', async () => (await fixture.describe(key)).status.name === 'COMPLETED');
  });

  it('keeps a command that is under way', async () => {
    const key = await fixture.backend.newKey();
    fixture.backend.simulator.faults.set(`provider:${FIXTURE_PROVIDER}`, { latencyMs: 500 });
    const creating = fixture.create(key);
    await fixture.until('its start', async () => (await fixture.runs(examAttemptWorkflowId(key))).length > 0);
    await handleOf(key).cancel();
    expect(await creating).toMatchObject({ status: 'created' });
  });
});

describe('An attempt whose workflow is gone', () => {
  it.each([
    ['terminated', (key: AttemptKey) => handleOf(key).terminate('by hand')],
    [
      'deleted',
      async (key: AttemptKey) => {
        const { client } = fixture;
        const workflowExecution = { workflowId: examAttemptWorkflowId(key) };
        await client.workflowService.deleteWorkflowExecution({
          namespace: client.options.namespace,
          workflowExecution,
        });
      },
    ],
  ])('%s is started again by the look once its time is over, and ends at its instant', async (_, end) => {
    const { key, attempt } = await started();
    await fixture.backend.activities.loadAttempt({ key, nowMs: Date.now() });
    await end(key);
    await overIn(attempt, -1_000);
    await look();
    expect(await fixture.untilStatus(key, 'submitted')).toMatchObject({ completedAt: attempt.deadline });
  });

  it('is started again for a review that is late, and marks it', async () => {
    const { key } = await started({ provider: IMPATIENT });
    await fixture.change(key, 'submitted');
    await handleOf(key).terminate('by hand');
    await fixture.until('the look to find it', async () => {
      await look();
      return (await fixture.backend.attempt(key)).needsAttention.includes('review-overdue');
    });
    await fixture.untilSearchable(key, 'NeedsAttention', 'review-overdue');
  });
});

describe('A signal that makes no sense', () => {
  it.each([
    ['text', ['junk']],
    ['nothing', []],
    ['null', [null]],
    ['a number', [5]],
    ['a list', [[1, 2]]],
    ['an object of something else', [{ a: 1 }]],
    ['an id that is none', [{ commandId: 'inbox:x', inboxId: 'x' }]],
    ['an id of nothing there', [{ commandId: 'inbox:999999', inboxId: '999999' }]],
    ['another command in disguise', [{ commandId: 'c', type: 'remove', inboxId: '1' }]],
  ])('(%s) is ignored, shown, and keeps nothing from going on', async (_, args) => {
    const { key, attempt } = await started();
    for (const name of ['reviewReceived', 'providerReady']) {
      await handleOf(key).signal(defineSignal<unknown[]>(name), ...args);
    }
    await fixture.until('the details', async () => (await detailsOf(key)).includes('| ignored |'));
    expect(await fixture.change(key, 'submitted')).toMatchObject({ status: 'submitted', version: attempt.version + 1 });
  });
});

describe('A message in an encoding nobody reads', () => {
  const junk = { metadata: { encoding: Buffer.from('json/protobuf') }, data: Buffer.from('{"a":1}') };
  const of = (key: AttemptKey) => ({
    namespace: fixture.client.options.namespace,
    workflowExecution: { workflowId: examAttemptWorkflowId(key) },
  });

  it.each(['reviewReceived', 'wake', 'nobodyKnowsMe'])(
    'keeps nothing from going on, as the signal %s',
    async (signalName) => {
      const { key } = await started();
      const { workflowService } = fixture.client;
      await workflowService.signalWorkflowExecution({ ...of(key), signalName, input: { payloads: [junk] } });
      expect(await fixture.change(key, 'submitted')).toMatchObject({ status: 'submitted', version: 3 });
    },
  );

  it('is refused as an update', async () => {
    const { key } = await started();
    const answer = await fixture.client.workflowService.updateWorkflowExecution({
      ...of(key),
      request: { meta: { updateId: randomUUID() }, input: { name: 'changeStatus', args: { payloads: [junk] } } },
      waitPolicy: { lifecycleStage: 3 },
    });
    expect(answer.outcome?.failure?.applicationFailureInfo?.type).toBe('bad-request');
    expect(await fixture.change(key, 'submitted')).toMatchObject({ status: 'submitted', version: 3 });
  });
});

describe('An update that makes no sense', () => {
  const send = (key: AttemptKey, name: string, args: unknown[]) =>
    handleOf(key).executeUpdate(defineUpdate<unknown, [unknown]>(name), { args: args as [unknown] });

  it('is refused, whatever is wrong with it, and the next one is taken', async () => {
    const { key } = await started();
    const id = { commandId: randomUUID() };
    const junk: [string, unknown[]][] = [
      ...[changeStatusUpdate, actUpdate, createUpdate, setReviewUpdate, retryEffectUpdate].flatMap(({ name }) =>
        [[], ['junk'], [null], [{}], [{ commandId: 5 }]].map((args): [string, unknown[]] => [name, args]),
      ),
      ['changeStatus', [{ ...id, status: 5 }]],
      ['changeStatus', [{ ...id, status: 'submitted', timeoutAt: 'soon' }]],
      ['changeStatus', [{ ...id, status: 'a\u0000b' }]],
      ['act', [{ ...id, action: 'dance', actor: 'staff' }]],
      ['create', [{ ...id }]],
      ['setReview', [{ ...id, reviewId: 'x', reviewStatus: 'Clean', requestedBy: 'p' }]],
      ['retryEffect', [{ ...id, effectId: 'x' }]],
    ];
    for (const [name, args] of junk)
      await expect(send(key, name, args)).rejects.toMatchObject({ name: 'WorkflowUpdateFailedError' });
    expect(await fixture.change(key, 'submitted')).toMatchObject({ status: 'submitted', version: 3 });
  });
});

describe('An attempt that comes back after its time was over', () => {
  it.each(['expired', 'onboarding_reset'])('by way of %s ends again at the same instant', async (by) => {
    const { key, attempt } = await started();
    await overIn(attempt, 200);
    await handleOf(key).signal('clockChanged');
    await fixture.untilStatus(key, 'submitted');
    await fixture.change(key, by);
    await fixture.change(key, 'download_software_clicked');
    expect(await fixture.untilStatus(key, 'submitted')).toMatchObject({ completedAt: attempt.deadline, version: 6 });
    const timers = await fixture.backend.knex('commands').where({ attempt_id: attempt.attemptId, type: 'timeOut' });
    expect(timers).toHaveLength(2);
  });
});

describe('A review that is late', () => {
  it('is marked beside an effect that failed, and goes when the review comes; the effect stays', async () => {
    const { key } = await started({ provider: IMPATIENT });
    fixture.backend.simulator.faults.set('instructor', { refuse: 422 });
    await fixture.change(key, 'submitted');
    const reasons = async () => (await fixture.backend.attempt(key)).needsAttention;
    await fixture.until('both reasons', async () => (await reasons()).length === 2);
    expect(await reasons()).toEqual(['effect-failed', 'review-overdue']);
    const found = `AttentionReasons = 'review-overdue' AND WorkflowId = '${examAttemptWorkflowId(key)}'`;
    await fixture.until('the list', async () => {
      for await (const _ of fixture.client.workflow.list({ query: found })) return true;
      return false;
    });
    await fixture.change(key, 'verified');
    expect(await reasons()).toEqual(['effect-failed']);
    expect(await detailsOf(key)).toContain('| needs attention | effect-failed |');
  });
});

it('Every history of these attempts replays under the present code', async () => {
  expect(wordsIn(await fixture.histories())).not.toContain('Ann Alder');
  expect(await fixture.replayAll()).toBeGreaterThanOrEqual(20);
});
