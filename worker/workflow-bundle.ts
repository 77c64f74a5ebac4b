import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';

const ROOT = resolve(__dirname, '..');
const BUILT_BUNDLE = join(ROOT, 'workflow-bundle.js');
const SOURCES = ['workflows', 'contracts', 'domain'];

/**
 * The workflow code a worker runs. A build contains it (`npm run build`); a development tree bundles once per change
 * and keeps the result in the temporary folder, so that a second worker starts in well under a second.
 */
export async function workflowBundle(): Promise<{ code: string }> {
  if (existsSync(BUILT_BUNDLE)) return { code: readFileSync(BUILT_BUNDLE, 'utf8') };
  const cached = join(tmpdir(), 'invigil-bundles', `${fingerprint()}.js`);
  if (existsSync(cached)) return { code: readFileSync(cached, 'utf8') };
  const { code } = await bundleWorkflows();
  mkdirSync(join(cached, '..'), { recursive: true });
  const partial = `${cached}.${process.pid}`;
  writeFileSync(partial, code);
  renameSync(partial, cached);
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
 * `promise.constructor.constructor`, three times for every promise. Here they are ready; other text is compiled as usual.
 */
const WITHOUT_STACKS = `Error.stackTraceLimit = 0; {
  const ready = {
    __proto__: null,
    'return globalThis.__TEMPORAL_ACTIVATOR__': () => globalThis.__TEMPORAL_ACTIVATOR__,
    'return globalThis.Error': () => Object,
  };
  Object.defineProperty(Promise, 'constructor', { value: (...text) => ready[text] ?? Function(...text) });
}`.replace(/\s+/g, ' ');

/** Bundles workflows/index.ts, or another entry, and all it reaches. Its modules are loaded once, for all workflows: no state. */
export function bundleWorkflows(workflowsPath = require.resolve('../workflows')): Promise<WorkflowBundleWithSourceMap> {
  const quiet = { trace: ignore, debug: ignore, info: ignore, warn: console.warn, error: console.error, log: ignore };
  const payloadConverterPath = require.resolve('../workflows/payload-converter');
  return bundleWorkflowCode({ workflowsPath, payloadConverterPath, preloadModules: [workflowsPath], logger: quiet });
}

/** Names the sources' content, so that a cached bundle is never older than the code. */
function fingerprint(): string {
  const hash = createHash('sha256').update(readFileSync(__filename));
  hash.update(readFileSync(require.resolve('@temporalio/workflow/package.json')));
  for (const folder of SOURCES) {
    const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.[jt]s$/.test(name),
    );
    for (const name of files.sort()) hash.update(name).update(readFileSync(join(ROOT, folder, name)));
  }
  return hash.digest('hex').slice(0, 16);
}

function ignore(): void {}
