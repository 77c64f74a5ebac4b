import { WorkflowFixture } from './workflow-fixture';

jest.setTimeout(40_000);

let fixture: WorkflowFixture;
beforeAll(async () => {
  fixture = await WorkflowFixture.start();
});
afterAll(() => fixture.stop());

const LEARNERS = 4;
const STATUSES = ['submitted', 'verified', 'error', 'verified', 'submitted'];

/** Five commands at once, while services are down: results, effects and timers get into each other's way. */
async function contested(): Promise<number> {
  const key = await fixture.backend.newKey();
  await fixture.create(key);
  await fixture.change(key, 'started');
  for (const service of ['credit', 'mail', 'instructor']) {
    fixture.backend.simulator.faults.set(service, { status: 503, remaining: 6 });
  }
  await Promise.all(STATUSES.map((status) => fixture.change(key, status)));
  await fixture.until('its effects', async () => (await fixture.backend.attempt(key)).pendingEffects === 0);
  return (await fixture.backend.attempt(key)).version;
}

it('Commands that arrive at the same time are all applied, one after the other', async () => {
  const versions = await Promise.all(Array.from({ length: LEARNERS }, contested));
  expect(versions).toEqual(versions.map(() => 2 + STATUSES.length));
});

it('Their histories replay: the order of results in a history is the order in which they count', async () => {
  expect(await fixture.replayAll()).toBeGreaterThanOrEqual(LEARNERS);
});
