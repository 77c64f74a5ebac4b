import { decideAccess, type QualificationAct } from '../../../../../domain/qualification/access';
import type { University } from '../../../../golden/qualification/university';
import type { Outcome, Step } from '../../../../golden/qualification/walk';
import { principalOf } from './actors';

/** HTTP's number for each refusal of the rules; everything else that is refused is a fault of the request (400). */
const STATUS_OF: Record<string, number> = {
  unauthenticated: 401,
  'period-not-found': 404,
  'not-period-administrator': 403,
  'draft-not-found': 404,
  'period-ended': 409,
  'draft-already-saved': 409,
  'qualification-differs': 409,
};

export function refused(code: string, view?: unknown): Outcome {
  return { status: STATUS_OF[code] ?? 400, code, view };
}

type PeriodAct = Exclude<QualificationAct['type'], 'own-answer'>;

/** The refusal where the step's actor may not do this with the period. */
export function accessOf(university: University, step: Step, periodId: string, type: PeriodAct): Outcome | null {
  const access = decideAccess(principalOf(step.actor ?? ''), university.path(periodId), { type });
  return access.allowed ? null : refused(access.code);
}
