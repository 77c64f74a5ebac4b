import type { temporal as proto } from '@temporalio/proto';
import { defineQuery } from '@temporalio/workflow';
import { type AttemptKey, examAttemptWorkflowId, retryEffectUpdate } from '../../../contracts/attempts/messages';
import { WorkflowFixture } from './workflow-fixture';

jest.setTimeout(30_000);

let fixture: WorkflowFixture;
beforeAll(async () => {
  fixture = await WorkflowFixture.start({ timings: { questionTimeoutMs: 8_000 } });
});
afterEach(() => fixture.backend.simulator.faults.clear());
afterAll(() => fixture.stop());

async function created(): Promise<AttemptKey> {
  const key = await fixture.backend.newKey();
  await fixture.create(key);
  return key;
}

describe('The details of an attempt', () => {
  const METADATA = defineQuery<proto.api.sdk.v1.IWorkflowMetadata>('__temporal_workflow_metadata');
  const details = async (key: AttemptKey): Promise<string> => {
    const handle = fixture.client.workflow.getHandle(examAttemptWorkflowId(key));
    return (await handle.query(METADATA)).currentDetails ?? '';
  };

  it('show status, phase, next deadline and the effects under way', async () => {
    const key = await created();
    const { deadline } = await fixture.change(key, 'started');
    await fixture.until('its deadline', async () => (await details(key)).includes(`| next deadline | ${deadline} |`));
    expect(await details(key)).toContain('| status | started |');
    fixture.backend.simulator.faults.set('credit', { status: 503 });
    await fixture.change(key, 'submitted');
    await fixture.until('the effect', async () => (await details(key)).includes('| effects under way | credit.set'));
  });

  it('show the last change, and which effect failed and why, until it is mended', async () => {
    const key = await created();
    fixture.backend.simulator.faults.set('instructor', { refuse: 422 });
    const { modifiedAt } = await fixture.change(key, 'submitted');
    const failure = '| effect failed | instructor.complete failed: instructor answered 422 |';
    await fixture.until('the failure', async () => (await details(key)).includes(failure));
    const change = `| last change | created → submitted (changeStatus), version 2 at ${modifiedAt} |`;
    expect(await details(key)).toContain(change);
    fixture.backend.simulator.faults.clear();
    const { effectId } = await fixture.backend.effect(key, 'instructor.complete');
    await fixture.update(key, retryEffectUpdate, { effectId });
    await fixture.until('nothing of it', async () => !(await details(key)).includes('effect failed'));
  });
});
