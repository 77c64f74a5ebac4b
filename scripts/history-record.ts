import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { recordLifeCycles } from '../tests/replay/life-cycles';
import { recordPublishes } from '../tests/replay/publish-cycles';
import { startStack } from '../dev/stack';

const FOLDER = resolve(__dirname, '../tests/replay/histories');

/** Plays every life cycle on a real stack and keeps the histories that the replay tests replay. */
async function main(): Promise<void> {
  const stack = await startStack({
    testClock: true,
    ignoreExternal: true,
    env: {
      ATTEMPT_IDLE_MS: '300',
      EFFECT_RETRY_INITIAL_MS: '200',
      EFFECT_RETRY_MAX_MS: '500',
      DEADLINE_JITTER_MS: '0',
    },
  });
  const connection = await Connection.connect({ address: stack.env['TEMPORAL_ADDRESS'] ?? '' });
  const client = new Client({ connection });
  mkdirSync(FOLDER, { recursive: true });
  try {
    const cycles = [...(await recordLifeCycles(stack, client)), ...(await recordPublishes(stack, client))];
    for (const { name, workflowId } of cycles) {
      const history: unknown = JSON.parse(historyToJSON(await client.workflow.getHandle(workflowId).fetchHistory()));
      writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify({ workflowId, history })}\n`);
      console.log(`recorded ${name} (${workflowId})`);
    }
  } finally {
    await connection.close();
    await stack.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
