import type { SealingKeys } from '../../config/sealing-keys';
import type { ClickThrough } from '../../domain/exports/model';
import { open, seal } from '../core/sealed';

/** Whose a click-through is: its session token opens in its own row only. */
interface ClickThroughOwner {
  customerId: string;
  userId: string;
}

/** The click-through as it is kept: the learner's session token is sealed before it reaches the database. */
export function sealClickThrough<C extends ClickThrough>(keys: SealingKeys, row: C, owner: ClickThroughOwner): C {
  return { ...row, sessionToken: seal(keys, row.sessionToken, associatedData(row, owner)) };
}

/** The click-through in the clear; null without keys: it cannot be used then, so it counts as missing. */
export function openClickThrough(
  keys: SealingKeys | undefined,
  row: ClickThrough,
  owner: ClickThroughOwner,
): ClickThrough | null {
  return keys === undefined ? null : { ...row, sessionToken: open(keys, row.sessionToken, associatedData(row, owner)) };
}

function associatedData({ courseKey }: ClickThrough, { customerId, userId }: ClickThroughOwner): string {
  return JSON.stringify(['click-through', customerId, userId, courseKey]);
}
