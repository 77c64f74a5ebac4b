import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { withoutStackTraces } from '../../../worker/workflow-bundle';

/** What a promise's own `constructor.constructor` is. None is made here: the SDK watches promises in every sandbox of the process. */
const THROUGH_A_PROMISE = 'Promise.prototype.constructor.constructor';
const QUESTIONS = ['return globalThis.__TEMPORAL_ACTIVATOR__', 'return globalThis.Error'];

/** In a sandbox of its own, as the SDK makes one for workflows. */
function inSandbox(code: string): unknown {
  const context = createContext({ __TEMPORAL_ACTIVATOR__: 'the activator' });
  runInContext(withoutStackTraces({ code: '' }).code, context);
  return runInContext(code, context);
}

describe('Workflow code without stack traces', () => {
  it('makes errors without frames', () => {
    expect(inSandbox('new Error("what happened").stack')).toBe('Error: what happened');
  });

  it('answers what the SDK looks up at every promise: its owner, and a stack, of which there is none', () => {
    const [activator, error] = QUESTIONS.map((question) => `${THROUGH_A_PROMISE}(${JSON.stringify(question)})()`);
    expect(inSandbox(activator ?? '')).toBe('the activator');
    expect(inSandbox(`new (${error})().stack`)).toBeUndefined();
  });

  it('compiles any other text as usual', () => {
    expect(inSandbox(`${THROUGH_A_PROMISE}('a', 'b', 'return a + b')(40, 2)`)).toBe(42);
    expect(inSandbox(`${THROUGH_A_PROMISE}('return typeof Error')()`)).toBe('function');
  });

  it('knows the questions of the SDK that is installed', () => {
    const sdkSource = readFileSync(require.resolve('@temporalio/worker/lib/workflow/vm-shared.js'), 'utf8');
    for (const question of QUESTIONS) expect(sdkSource).toContain(`('${question}')()`);
  });
});
