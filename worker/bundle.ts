import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

const HOUSE = resolve(__dirname, '..');
const BUILT = join(HOUSE, 'workflow-bundle.js');
const SOURCES = ['workflows', 'contracts', 'domain'];

/**
 * The workflow code a worker runs. A built house ships it (`npm run build`); a development tree bundles once per change
 * and keeps the result in the temporary folder, so that a second worker starts in well under a second.
 */
export async function workflowBundle(): Promise<{ code: string }> {
  if (existsSync(BUILT)) return { code: readFileSync(BUILT, 'utf8') };
  const kept = join(tmpdir(), 'invigil-bundles', `${fingerprint()}.js`);
  if (existsSync(kept)) return { code: readFileSync(kept, 'utf8') };
  const { code } = await bundle();
  mkdirSync(join(kept, '..'), { recursive: true });
  const partial = `${kept}.${process.pid}`;
  writeFileSync(partial, code);
  renameSync(partial, kept);
  return { code };
}

/**
 * The same code in a sandbox whose errors keep no stack. The SDK makes and maps a stack for every promise of a workflow, a
 * third of what a workflow task costs (ADR 8); who looks for a fault turns them on again, or replays the history.
 */
export function withoutStackTraces({ code }: { code: string }): { code: string } {
  return { code: `${WITHOUT_STACKS} ${code}` };
}

/**
 * To find a promise's workflow and to make its stack, the SDK compiles two functions of one line through
 * `promise.constructor.constructor`, three times for every promise. Here they lie ready; any other text is compiled as ever.
 */
const WITHOUT_STACKS = `Error.stackTraceLimit = 0; {
  const ready = {
    __proto__: null,
    'return globalThis.__TEMPORAL_ACTIVATOR__': () => globalThis.__TEMPORAL_ACTIVATOR__,
    'return globalThis.Error': () => Object,
  };
  Object.defineProperty(Promise, 'constructor', { value: (...text) => ready[text] ?? Function(...text) });
}`.replace(/\s+/g, ' ');

/** Bundles workflows/index.ts, or another entry, and all it reaches. Its modules are loaded once, for all workflows: they keep nothing. */
export function bundle(workflowsPath = require.resolve('../workflows')): Promise<WorkflowBundleWithSourceMap> {
  const quiet = { trace: none, debug: none, info: none, warn: console.warn, error: console.error, log: none };
  return bundleWorkflowCode({ workflowsPath, preloadModules: [workflowsPath], logger: quiet });
}

/** Names the sources' content, so that a kept bundle is never older than the code. */
function fingerprint(): string {
  const hash = createHash('sha256').update(readFileSync(__filename));
  hash.update(readFileSync(require.resolve('@temporalio/workflow/package.json')));
  for (const folder of SOURCES) {
    const files = readdirSync(join(HOUSE, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.[jt]s$/.test(name),
    );
    for (const name of files.sort()) hash.update(name).update(readFileSync(join(HOUSE, folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

function none(): void {}
