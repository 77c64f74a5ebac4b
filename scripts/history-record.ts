import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Client, Connection } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { startStack } from '../dev/stack';
import { recordDrafts } from '../tests/replay/draft-cycles';
import { EXPORT_CYCLES, recordExports } from '../tests/replay/export-cycles';
import { LIFE_CYCLES, recordLifeCycles } from '../tests/replay/life-cycles';
import { recordPublishes } from '../tests/replay/publish-cycles';

/** Stack traces in a history name the recording machine's folders; they are cut off. */
const ROOT = resolve(__dirname, '..');
const FOLDER = join(ROOT, 'tests/replay/histories');

const CYCLES = [...LIFE_CYCLES, ...EXPORT_CYCLES];

const HELP = `Runs life cycles, exports and publishes on a real stack and stores their histories for the replay tests.

  npm run history:record [-- NAME...]     only the life cycles and exports named; "drafts" names all drafts

Names: ${CYCLES.join(' ')}.
Histories that are there already are overwritten; docs/changing-a-workflow.md says when that is right.`;

async function main(): Promise<void> {
  const { values, positionals: names } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(HELP);
  const unknown = names.filter((name) => !CYCLES.includes(name));
  if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', no ')}.\n\n${HELP}`);
  await record(names);
}

async function record(names: string[]): Promise<void> {
  const stack = await startStack({
    testClock: true,
    ignoreExternal: true,
    env: {
      ATTEMPT_IDLE_MS: '300',
      EFFECT_RETRY_INITIAL_MS: '200',
      EFFECT_RETRY_MAX_MS: '500',
      DEADLINE_JITTER_MS: '0',
      EXPORT_PAGE_SIZE: '5',
      EXPORT_PAGES_PER_HISTORY: '2',
      QUALIFICATION_DRAFT_EXPIRES_MS: '5000',
    },
  });
  const connection = await Connection.connect({ address: stack.env['TEMPORAL_ADDRESS'] ?? '' });
  const client = new Client({ connection });
  mkdirSync(FOLDER, { recursive: true });
  try {
    const cycles = [
      ...(names[0] === 'drafts' ? await recordDrafts(stack, client) : []),
      ...(await recordLifeCycles(stack, client, names)),
      ...(await recordExports(stack, client, names)),
      ...(names.length > 0 ? [] : await recordPublishes(stack, client)),
    ];
    for (const { name, workflowId } of cycles) {
      const history: unknown = JSON.parse(historyToJSON(await client.workflow.getHandle(workflowId).fetchHistory()));
      const text = JSON.stringify({ workflowId, history }).replaceAll(`${ROOT}/`, '');
      writeFileSync(join(FOLDER, `${name}.json`), `${text}\n`);
      console.log(`recorded ${name} (${workflowId})`);
    }
  } finally {
    await connection.close();
    await stack.stop();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
