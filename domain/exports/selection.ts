import type { Customer, EnrollmentFacts, ExportRequest, SkipReason } from './model';

/** Modes of enrollments that were not paid for (ENTERPRISE_COURSE_ENROLLMENT_AUDIT_MODES). */
const AUDIT_MODES: ReadonlySet<string | null> = new Set(['audit', 'honor']);

export function isAuditMode(mode: string | null): boolean {
  return AUDIT_MODES.has(mode);
}

/**
 * Everybody of the customer, or one learner in one course run. Half of a pair is refused: the recorded exporter would
 * silently export everybody (docs/decided-differences.md#e2).
 */
export function parseSingle(
  userId: string | undefined,
  courseRunId: string | undefined,
): { single: ExportRequest['single'] } | { refused: 'learner-and-course-run-go-together' } {
  if (userId === undefined && courseRunId === undefined) return { single: null };
  if (userId === undefined || courseRunId === undefined) return { refused: 'learner-and-course-run-go-together' };
  return { single: { userId, courseRunId } };
}

/** Whether a run selects this enrollment: the learner is linked and active, and it is the requested one. */
export function selects(request: ExportRequest, { link, enrollment }: EnrollmentFacts): boolean {
  const { single } = request;
  if (link.customerId !== request.customer.id || !link.active || !link.linked) return false;
  return single === null || (single.userId === link.userId && single.courseRunId === enrollment.courseRunId);
}

/** Why this enrollment must not be exported, if so. Consent comes first (docs/recorded-behaviour.md#export-rule-5). */
export function withholdReason(customer: Customer, facts: EnrollmentFacts): SkipReason | null {
  if (!hasConsent(facts)) return 'no-consent';
  const reported = customer.enableAuditEnrollment && customer.enableAuditDataReporting;
  return isAuditMode(facts.enrollment.mode) && !reported ? 'audit-reporting-disabled' : null;
}

/** Consent for the course run beats that for the course; none is a no (special-consent-run-denied-key-granted). */
function hasConsent({ link, enrollment, consents }: EnrollmentFacts): boolean {
  if (!link.userExists) return false;
  const consentFor = (courseId: string | null): boolean | undefined =>
    consents.find((consent) => consent.courseId === courseId)?.granted;
  return consentFor(enrollment.courseRunId) ?? consentFor(enrollment.courseKey) ?? false;
}
