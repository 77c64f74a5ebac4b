import type { QualificationRow, QualificationStatus } from './statuses';

/** An exam only for those who qualified in a period. */
export interface QualificationRequirement {
  periodId: string;
  /** Which statuses are good enough for it. */
  accept: readonly ('ready' | 'almostready')[];
}

export type GateRefusalCode = 'no-status' | 'not-ready' | 'not-a-student' | 'undecided' | 'does-not-qualify';

/** `because` tells apart who got in by the list and who by somebody's word. */
export type GateAnswer =
  | { admitted: true; because: 'not-required' | 'qualifies' | 'exception' }
  | { admitted: false; reason: GateRefusalCode };

/** What was read of the period in the transaction that decides about the attempt. */
export interface GateFacts {
  active: Pick<QualificationStatus, 'status'> | null;
  row: Pick<QualificationRow, 'qualifies'> | null;
  /** The learner has an exception on this exam, given by somebody with a reason. */
  hasException: boolean;
}

/**
 * Whether a learner may have an attempt on an exam, or start one. An exception lets one in whatever the period says, and isn't
 * needed by who qualifies anyway.
 */
export function decideGate(requirement: QualificationRequirement | null, facts: GateFacts): GateAnswer {
  if (requirement === null) return { admitted: true, because: 'not-required' };
  const reason = refusalFor(requirement, facts);
  if (reason === null) return { admitted: true, because: 'qualifies' };
  return facts.hasException ? { admitted: true, because: 'exception' } : { admitted: false, reason };
}

function refusalFor({ accept }: QualificationRequirement, { active, row }: GateFacts): GateRefusalCode | null {
  if (active === null) return 'no-status';
  if (!accept.some((good) => good === active.status)) return 'not-ready';
  if (row === null) return 'not-a-student';
  if (row.qualifies === null) return 'undecided';
  return row.qualifies ? null : 'does-not-qualify';
}
