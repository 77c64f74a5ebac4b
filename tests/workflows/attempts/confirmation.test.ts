import pino from 'pino';
import { type AttemptKey, examAttemptWorkflowId } from '../../../contracts/attempts/messages';
import { Relay } from '../../../worker/relay';
import { WorkflowFixture } from './workflow-fixture';

jest.setTimeout(60_000);

let fixture: WorkflowFixture;
beforeAll(async () => {
  fixture = await WorkflowFixture.start();
});
afterAll(() => fixture.stop());

async function signalsOf(key: AttemptKey): Promise<number> {
  const { events } = await fixture.client.workflow.getHandle(examAttemptWorkflowId(key)).fetchHistory();
  return (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes).length;
}

const isUnconfirmed = async ({ examId, userId }: AttemptKey): Promise<boolean> =>
  (
    await fixture.backend
      .knex('attempts')
      .where({ exam_id: examId, user_id: userId })
      .whereRaw('confirmed_version < version')
  ).length > 0;

it('A healthy attempt is confirmed without a signal in its history and without a line of waking in the log', async () => {
  const key = await fixture.backend.newKey();
  await fixture.create(key);
  await fixture.change(key, 'started');
  expect(await isUnconfirmed(key)).toBe(true);
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  const { gateway, timings, backend } = fixture;
  const relay = new Relay({ knex: backend.knex, gateway, timings, intervalMs: 60_000, graceMs: 0, log });
  await fixture.until('its confirmation', async () => {
    await relay.runOnce();
    return !(await isUnconfirmed(key));
  });
  expect(await signalsOf(key)).toBe(0);
  expect(lines).toEqual([]);
});
