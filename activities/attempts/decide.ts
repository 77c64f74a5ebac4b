import { ProviderRules } from '../../config/provider-rules';
import type { AttemptActivities, DecideInput, DecideResult } from '../../contracts/attempts/activities';
import type { AttemptState } from '../../contracts/attempts/messages';
import { shapeProblem } from '../../domain/attempts/command-shape';
import { decideIn } from './decider';
import type { DeciderResult } from './decider-result';
import type { Dependencies } from './dependencies';
import { FirstTry, type FirstTryResult } from './first-try';

/**
 * The fused activity (docs/design.md): under the learner's lock, look the command up, decide it by the locked rows and
 * write everything it means in one transaction; then give its effects a first, short try. Called twice with the same
 * command id it changes nothing the second time and gives the same answer.
 */
export function decideActivity(dependencies: Dependencies): Pick<AttemptActivities, 'decide'> {
  const providers = new ProviderRules(dependencies);
  const firstTry = new FirstTry(dependencies);
  const { knex, effectLeaseMs: leaseMs } = dependencies;
  return {
    async decide(input) {
      const problem = shapeProblem(input.command.type, input.commandId, input.command);
      if (problem !== null) return { kind: 'refused', code: 'bad-request', detail: problem };
      const decided = knex.transaction((trx) => decideIn(trx, input, { providers, leaseMs }));
      const result = await decided.catch((error: unknown) => refusalOf(input, error));
      if (result.kind === 'refused') return afterRefusal(result, firstTry);
      if (result.kind !== 'applied') return result;
      const { effects, state, ...rest } = result;
      return { ...rest, state: afterFirstTry(state, await firstTry.run(effects)) };
    },
  };
}

/** What a refusal takes back outside gets its first try as well; the rest is the workflow's. */
async function afterRefusal(
  { effects = [], ...refusal }: Extract<DeciderResult, { kind: 'refused' }>,
  firstTry: FirstTry,
): Promise<DecideResult> {
  if (effects.length === 0) return refusal;
  const { finished } = await firstTry.run(effects);
  return { ...refusal, ...(finished.size < effects.length ? { leavesEffects: true } : {}) };
}

/**
 * A message may carry a value that Postgres can't take. Tried again it would fail for ever and keep all others waiting, so it is
 * refused. A deadline is ours: it is tried again.
 * @throws the error, when it is another one.
 */
function refusalOf({ command }: DecideInput, error: unknown): Extract<DecideResult, { kind: 'refused' }> {
  const { code } = error as { code?: unknown };
  const isAboutValue = typeof code === 'string' && code.length === 5 && code.startsWith(DATA_EXCEPTION);
  if (!isAboutValue || command.type === 'timeOut') throw error;
  return { kind: 'refused', code: 'bad-request', detail: `"${command.type}" has a value that can't be stored.` };
}

/** Class of SQLSTATE. */
const DATA_EXCEPTION = '22';

/** Effects that ended within their first try are no longer due. */
function afterFirstTry(state: AttemptState, { finished, postponed }: FirstTryResult): AttemptState {
  const due = state.due
    .filter(({ effectId }) => !finished.has(effectId))
    .map((effect) => ({ ...effect, ...postponed.get(effect.effectId) }));
  if (!state.attempt) return { ...state, due };
  const pendingEffects = Math.max(0, state.attempt.pendingEffects - finished.size);
  return { ...state, due, attempt: { ...state.attempt, pendingEffects } };
}
