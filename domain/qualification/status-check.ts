import { QUALIFICATION_STATUSES, type QualificationStatusName } from './statuses';

/** What is wrong with a request for a new status. */
export interface StatusFault {
  pointer: string;
  code: StatusFaultCode;
  value?: string;
}

export type StatusFaultCode =
  | 'unknown-status'
  | 'message-required'
  | 'not-allowed-when-notready'
  | 'undecided-needs-almostready'
  | 'unknown-student';

/** A status as it is asked for, before anything is known of students. */
export interface StatusQuestion {
  status: string;
  message?: string | null | undefined;
  plugin?: string | null | undefined;
}

/** Blanks say nothing. */
export function cleanMessage(message: string | null | undefined): string {
  return (message ?? '').trim();
}

function isQualificationStatus(status: string): status is QualificationStatusName {
  return (QUALIFICATION_STATUSES as readonly string[]).includes(status);
}

/**
 * A list without a plugin and a retraction both need a message: it is the only reason anybody will find. A retraction has no
 * plugin, which is said once there is a message.
 */
export function statusFaults({ status, message, plugin }: StatusQuestion): StatusFault[] {
  const hasMessage = cleanMessage(message) !== '';
  const hasPlugin = (plugin ?? '') !== '';
  if (status === 'notready') {
    if (!hasMessage) return [{ pointer: '/message', code: 'message-required' }];
    return hasPlugin ? [{ pointer: '/plugin', code: 'not-allowed-when-notready' }] : [];
  }
  return [
    ...(isQualificationStatus(status) ? [] : [{ pointer: '/status', code: 'unknown-status' } as const]),
    ...(hasMessage || hasPlugin ? [] : [{ pointer: '/message', code: 'message-required' } as const]),
  ];
}

/** Ids in a list that aren't among the known ones, by their places. */
export function unknownStudents(
  name: string,
  ids: readonly string[],
  known: { has: (userId: string) => boolean },
): StatusFault[] {
  return ids.flatMap((value, index) =>
    known.has(value) ? [] : [{ pointer: `/${name}/${index}`, code: 'unknown-student', value }],
  );
}
