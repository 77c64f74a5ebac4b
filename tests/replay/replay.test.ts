import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DefaultLogger, Runtime, Worker, bundleWorkflowCode } from '@temporalio/worker';
import { bundleWorkflows } from '../../worker/workflow-bundle';

const FOLDER = join(__dirname, 'histories');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

interface Recorded {
  workflowId: string;
  history: object;
}

function recorded(name: string): Recorded {
  return JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Recorded;
}

beforeAll(() => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => undefined) });
});

describe('Recorded histories of exam attempts', () => {
  let code: string;

  beforeAll(async () => {
    ({ code } = await bundleWorkflows());
  }, 60_000);

  it('cover the life cycles that matter', () => {
    expect(FILES.length).toBeGreaterThanOrEqual(8);
  });

  it.each(FILES)('replay under the present workflow code: %s', async (name) => {
    const { workflowId, history } = recorded(name);
    await expect(Worker.runReplayHistory({ workflowBundle: { code } }, history, workflowId)).resolves.toBeUndefined();
  });
});

describe('A workflow whose steps were reordered', () => {
  it('does not replay a single recorded history', async () => {
    const { code } = await bundleWorkflowCode({ workflowsPath: require.resolve('./reordered/exam-attempt') });
    const outcomes = await Promise.allSettled(
      FILES.map(async (name) => {
        const { workflowId, history } = recorded(name);
        await Worker.runReplayHistory({ workflowBundle: { code } }, history, workflowId);
      }),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toEqual([]);
  }, 60_000);
});
