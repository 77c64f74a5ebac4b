import { adjustTimeUpdate, clockChangedSignal } from '../../contracts/attempts/messages';
import { Refusal } from '../../contracts/refusal';
import type { LocatedAttempt } from '../../db/attempts/views';
import { commandStates } from '../../db/attempts/commands';
import { type ExamsAndLearners, runningAttempts } from '../../db/attempts/running';
import { keyOf } from './answer';
import { executeOn, refOf } from './command';
import type { ApiContext } from '../context';

const AT_A_TIME = 16;
/** A caller waits ten seconds at most (API.md, Conventions); the rest is done under the same key. */
const PATIENCE_MS = 8_000;

/**
 * Lets changed allowances count for attempts that run: each workflow counts the minutes anew and moves its timer. Repeated
 * under the same command id, those that were counted already are left alone. @returns how many attempts run.
 */
export async function applyToRunning(context: ApiContext, where: ExamsAndLearners, commandId: string): Promise<number> {
  const running = await runningAttempts(context.knex, where, context.now());
  const idOf = ({ view }: LocatedAttempt): string => `${commandId}:${view.attemptId}`;
  const states = await commandStates(context.knex, running.map(idOf));
  const open = running.filter((located) => states.get(idOf(located)) !== 'applied');
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (let at = 0; at < open.length; at += AT_A_TIME) {
    if (Date.now() > giveUpAt) throw notYet();
    const some = open.slice(at, at + AT_A_TIME);
    await Promise.all(
      some.map((one) => executeOn(context, refOf(one), adjustTimeUpdate, { commandId: idOf(one) })),
    ).catch((error: unknown) => {
      throw error instanceof Refusal && error.code === 'temporal-unavailable' ? notYet() : error;
    });
  }
  return running.length;
}

/** Where minutes are not fixed at the start, allowances count by themselves; the timers only have to hear of it. */
export async function tellUnfixed({ knex, temporal, now }: ApiContext, where: ExamsAndLearners): Promise<void> {
  const running = await runningAttempts(knex, where, now());
  const unfixed = running.filter(({ view }) => view.allowedTimeLimitMins === null);
  for (const { view } of unfixed) await temporal.signal(keyOf(view), clockChangedSignal, []);
}

function notYet(): Refusal {
  const detail = 'The allowances are stored, but not all running attempts have been told. Repeat with the same key.';
  return new Refusal('outcome-unknown', detail);
}
