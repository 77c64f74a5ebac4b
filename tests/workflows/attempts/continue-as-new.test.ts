import { clockChangedSignal, examAttemptWorkflowId } from '../../../contracts/attempts/messages';
import { setClock } from '../../../db/courses/courses';
import { type Temporal, startTemporal } from '../../../dev/embedded/temporal';
import { FIXTURE_PROVIDER } from '../../support/attempt-fixture';
import { WorkflowFixture } from './workflow-fixture';

jest.setTimeout(60_000);

/** The server's default of 4,096 events would take some 800 commands. */
const SUGGESTED_AFTER = 'limit.historyCount.suggestContinueAsNew=60';
const ROUNDS = 10;

let temporal: Temporal;
let fixture: WorkflowFixture;
beforeAll(async () => {
  temporal = await startTemporal({ dynamicConfig: [SUGGESTED_AFTER], ignoreTemporalAddress: true });
  fixture = await WorkflowFixture.start({ address: temporal.address });
});
afterAll(async () => {
  await fixture.stop();
  await temporal.dispose();
});

it('An attempt with a long history goes on in a new run: no command, effect or deadline is lost', async () => {
  const key = await fixture.backend.newKey();
  await fixture.create(key);
  const { faults } = fixture.backend.simulator;
  faults.set(`provider:${FIXTURE_PROVIDER}`, { status: 503 });
  const { courseId, deadline } = await fixture.change(key, 'started');
  for (let round = 0; round < ROUNDS; round += 1) {
    await Promise.all([1, 2, 3].map(() => fixture.change(key, 'started')));
  }
  expect(await fixture.backend.attempt(key)).toMatchObject({ version: 2 + 3 * ROUNDS, pendingEffects: 1 });
  await fixture.until('a further run', async () => (await fixture.runs(examAttemptWorkflowId(key))).length > 1);

  faults.clear();
  await fixture.until('its effect', async () => (await fixture.backend.attempt(key)).pendingEffects === 0);
  await setClock(fixture.backend.knex, courseId, { offsetMs: 2 * 3_600_000 });
  await fixture.gateway.signal(key, clockChangedSignal, []);
  expect((await fixture.untilStatus(key, 'submitted')).completedAt).toBe(deadline);
});

it('Each of its runs replays under the present code', async () => {
  expect(await fixture.replayAll()).toBeGreaterThan(1);
});
