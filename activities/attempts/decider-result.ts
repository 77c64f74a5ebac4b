import type { Knex } from 'knex';
import type { DecideInput, DecideResult } from '../../contracts/attempts/activities';
import { type AttentionReason, reasonsOf } from '../../contracts/attempts/attention';
import type { AttemptState, AttemptView } from '../../contracts/attempts/messages';
import type { DecidedEffect } from '../../db/attempts/archive-and-effects';
import type { CommandRow } from '../../db/attempts/commands';
import type { DecisionContextRows } from '../../db/attempts/decision-context';
import { findByKey } from '../../db/attempts/find';
import type { Decision } from '../../domain/attempts/decision';

/** A decision of one kind. */
export type Of<K extends Decision['kind']> = Extract<Decision, { kind: K }>;

/** What became of a command, with the effects that are to be tried first. */
export type DeciderResult =
  | Exclude<DecideResult, { kind: 'applied' | 'refused' }>
  | (Extract<DecideResult, { kind: 'refused' }> & { effects?: DecidedEffect[] })
  | { kind: 'applied'; state: AttemptState; answer?: AttemptView; effects: DecidedEffect[] };

/** The stored answer, with the number of effects still pending now. */
export function replay({ result }: CommandRow, rows: DecisionContextRows | undefined): DeciderResult {
  const detail = 'The command was decided before and changed nothing.';
  if (!result) return { kind: 'refused', code: 'attempt-not-found', detail };
  const kept = result as AttemptView;
  const answer = { ...kept, needsAttention: [...(reasonsOf(kept.needsAttention) as AttentionReason[])] };
  const isSameAttempt = rows?.attempt?.id === answer.attemptId;
  return { kind: 'replayed', answer: isSameAttempt ? { ...answer, pendingEffects: rows.pendingEffects } : answer };
}

/** A review may be about an attempt that was removed: then the state is the attempt as it was. */
export async function orRemovedAttempt(trx: Knex, input: DecideInput, state: AttemptState): Promise<AttemptState> {
  if (state.attempt !== null) return state;
  const view = (await findByKey(trx, input.key, new Date(input.nowMs)))?.view;
  return view ? { ...state, attempt: view, version: view.version } : state;
}
