import { cleanMessage, statusFaults, type StatusFault } from './status-check';
import { nextStatus, type QualificationStatus } from './statuses';

/** A retraction says why, and nothing about students; what else stands in a request is refused, not ignored. */
export interface RetractRequest {
  message?: string | null | undefined;
  plugin?: string | null | undefined;
  undecided?: readonly string[] | undefined;
  qualified?: readonly string[] | undefined;
}

export type RetractDecision =
  { kind: 'retracted'; status: QualificationStatus } | { kind: 'invalid'; faults: StatusFault[] };

/**
 * Takes back what the period's list says. Possible at any time, after its end too, and also where nothing was saved yet: that
 * there will be no list for now is worth saying. The entry taken back stays where it is.
 */
export function decideRetract(
  { newest, at, by }: { newest: Pick<QualificationStatus, 'seq'> | null; at: Date; by: string },
  request: RetractRequest,
): RetractDecision {
  const faults = [...statusFaults({ ...request, status: 'notready' }), ...listFaults(request)];
  if (faults.length > 0) return { kind: 'invalid', faults };
  const nothing = { plugin: null, settings: null, draftId: null, assignmentIds: [] };
  const message = cleanMessage(request.message);
  const status = nextStatus(newest, { status: 'notready', message, at, by, ...nothing });
  return { kind: 'retracted', status };
}

function listFaults({ undecided = [], qualified = [] }: RetractRequest): StatusFault[] {
  return Object.entries({ undecided, qualified }).flatMap(([name, ids]) =>
    ids.length === 0 ? [] : [{ pointer: `/${name}`, code: 'not-allowed-when-notready' }],
  );
}
