import { clockChangedSignal } from '../../contracts/attempts/messages';
import { type AttemptFilter, listAttempts } from '../../db/attempts/list';
import type { ApiContext } from '../context';

const PAGE = 100;
/** Phases in which a timer runs. */
const TIMED_PHASES = new Set(['open', 'in_exam', 'awaiting_review']);

/** Signals the running attempts of a course or exam to read the clock again. @returns how many were notified. */
export async function signalClockChanged(context: ApiContext, filter: AttemptFilter): Promise<number> {
  const { knex, temporal, now } = context;
  let notified = 0;
  let cursor: string | undefined;
  do {
    const page = await listAttempts(knex, filter, { limit: PAGE, cursor }, now());
    const open = page.items.filter(({ ref }) => TIMED_PHASES.has(ref.phase));
    await Promise.all(open.map(({ ref }) => temporal.signal(ref, clockChangedSignal, [])));
    notified += open.length;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return notified;
}
