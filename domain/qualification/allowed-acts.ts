import type { AccessAnswer, AccessRefusalCode } from './access';

/** Whether something can be done now, and if not, why: what a screen needs to show a button or to say why there is none. */
export type Allowed = { allowed: true } | { allowed: false; reason: AllowedReason };

export type AllowedReason = AccessRefusalCode | 'period-ended' | 'import-running' | 'no-status';

export interface AllowedActs {
  preview: Allowed;
  save: Allowed;
  retract: Allowed;
  export: Allowed;
}

/** An ended period takes no new decision; what is there can still be taken back and marked as exported. */
export function allowedActs(
  access: Record<'draft' | 'save' | 'retract' | 'mark-exported', AccessAnswer>,
  now: { periodEnded: boolean; importRunning: boolean; hasStatus: boolean },
): AllowedActs {
  const ended = now.periodEnded ? 'period-ended' : null;
  return {
    preview: allowedIf(access.draft, ended),
    save: allowedIf(access.save, ended ?? (now.importRunning ? 'import-running' : null)),
    retract: allowedIf(access.retract, null),
    export: allowedIf(access['mark-exported'], now.hasStatus ? null : 'no-status'),
  };
}

/** Whoever may not at all is told so, and not about the period. */
function allowedIf(access: AccessAnswer, hindrance: AllowedReason | null): Allowed {
  if (!access.allowed) return { allowed: false, reason: access.code };
  return hindrance === null ? { allowed: true } : { allowed: false, reason: hindrance };
}
