import pino from 'pino';
import { type AttemptKey, examAttemptWorkflowId } from '../../../contracts/attempts/messages';
import { Reconciler } from '../../../worker/reconcile/reconciler';
import { WorkflowFixture } from './workflow-fixture';

jest.setTimeout(60_000);

let fixture: WorkflowFixture;
beforeAll(async () => {
  fixture = await WorkflowFixture.start();
});
afterAll(() => fixture.stop());

const reconcilerOf = (batch: number): Reconciler => {
  const { gateway, timings } = fixture;
  const log = pino({ level: 'silent' });
  const options = { knex: fixture.backend.knex, gateway, timings, log, settleMs: 300, intervalMs: 60_000 };
  return new Reconciler({ ...options, batch });
};

async function started(): Promise<AttemptKey> {
  const key = await fixture.backend.newKey();
  await fixture.create(key);
  await fixture.change(key, 'started');
  return key;
}

const isRunning = async (key: AttemptKey): Promise<boolean> => (await fixture.describe(key)).status.name === 'RUNNING';
const terminate = (key: AttemptKey) =>
  fixture.client.workflow.getHandle(examAttemptWorkflowId(key)).terminate('Temporal was lost');

describe('Rows and workflows', () => {
  it('that agree are left alone, and a pass ends after one batch', async () => {
    const keys = [await started(), await started(), await started()];
    const reconciler = reconcilerOf(1);
    expect(await reconciler.runOnce()).toBe(0);
    expect(reconciler.warnings()).toEqual([]);
    for (const key of keys) expect(await fixture.runs(examAttemptWorkflowId(key))).toHaveLength(1);
  });

  it('that lost their workflows all get them again in one pass, however small the batch, and nothing is left to warn of', async () => {
    const keys = [await started(), await started(), await started(), await started(), await started()];
    for (const key of keys) await terminate(key);
    const reconciler = reconcilerOf(2);
    while ((await reconciler.runOnce()) === 0) expect(await isRunning(keys[0] as AttemptKey)).toBe(false);
    for (const key of keys) expect(await isRunning(key)).toBe(true);
    expect(reconciler.warnings()).toEqual([]);
    expect(await reconciler.runOnce()).toBe(0);
  });

  it('are compared by one worker at a time', async () => {
    const key = await started();
    await terminate(key);
    const mended = await fixture.backend.knex.transaction(async (trx) => {
      await trx.raw(`select pg_advisory_xact_lock(hashtextextended('reconcile', 0))`);
      return reconcilerOf(100).runOnce();
    });
    expect({ mended, isRunning: await isRunning(key) }).toEqual({ mended: 0, isRunning: false });
    expect(await reconcilerOf(100).runOnce()).toBe(1);
    expect(await isRunning(key)).toBe(true);
  });
});
