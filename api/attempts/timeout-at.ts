import { ApiError } from '../../contracts/api-error';
import type { LocatedAttempt } from '../../db/attempts/find';
import { courseTime } from '../../db/attempts/view';

/**
 * A time-out becomes the end of the attempt, so it lies between its start and now, by the course's clock; before a start there is
 * only now to end at. @throws ApiError `bad-request`
 */
export function requireWithinAttempt(
  { view: { startedAt, createdAt }, clock }: LocatedAttempt,
  timeoutAt: string,
  now: Date,
): void {
  const at = Date.parse(timeoutAt);
  const first = Date.parse(startedAt ?? createdAt);
  const last = courseTime(clock, now).getTime();
  if (at >= first && at <= last) return;
  const message = `must lie between the attempt's start and now`;
  const errors = [{ in: 'body', pointer: '/timeoutAt', message }];
  throw new ApiError('bad-request', `timeoutAt ${message}.`, { errors });
}
