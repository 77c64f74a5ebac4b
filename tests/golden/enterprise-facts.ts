import type {
  ChannelIdentity,
  ChannelKind,
  EnrollmentFacts,
  ExportLevel,
  ExportRequest,
  Transmission,
} from '../../domain/exports/model';
import { parseSingle } from '../../domain/exports/selection';
import type { GoldenAudit, GoldenEnrollment, GoldenExport, GoldenLearner } from './enterprise-cases';

/** The recordings' frozen clock. */
export const RECORDED_NOW = new Date('2021-06-15T12:00:00Z');

/** What a case asks for, in our words; `refused` for halves of a pair (docs/decided-differences.md#e2). */
export function requestOf(one: GoldenExport, level: ExportLevel): ExportRequest | { refused: string } {
  const { call, world, channel } = one;
  const learner = world.learners.find(({ username }) => username === call.learner);
  const selection = parseSingle(call.learner === undefined ? undefined : String(learner?.user_id), call.course_run_id);
  if ('refused' in selection) return selection;
  const { customer, config } = world;
  return {
    level,
    customer: {
      id: 'main',
      enableAuditEnrollment: customer.enable_audit_enrollment,
      enableAuditDataReporting: customer.enable_audit_data_reporting,
    },
    configuration: { id: 'own', channel, transmitTotalHours: config.transmit_total_hours },
    asOf: RECORDED_NOW,
    single: selection.single && { ...selection.single, subsectionId: call.subsection_id ?? null },
    asserted: { grade: gradeText(call.grade), isPassing: call.is_passing ?? false },
    skipTransmitted: call.transmission_audit && call.skip_transmitted !== false,
  };
}

/**
 * Whether a learner has to be imported for the exporting customer, so that the case can be played. The recorded packages look
 * a single assessment's learner up by name and course run alone, whoever's learner that is; here a customer has the learners
 * that were imported for it and no others, so the one who is asked for is one of them (assess-0009, -0055, -0067).
 */
export function isImportedForMain(
  { call }: GoldenExport,
  level: ExportLevel,
  { customer, username }: GoldenLearner,
): boolean {
  const isRequested = level === 'assessment' && call.form === 'single' && username === call.learner;
  return customer === 'main' || isRequested;
}

/** What our database would know of one enrollment of the world. */
export function factsOf(one: GoldenExport, enrollment: GoldenEnrollment, level: ExportLevel): EnrollmentFacts {
  const { learners, courses, consents, audits } = one.world;
  const learner = learners.find((link) => link.enterprise_customer_user_id === enrollment.enterprise_customer_user_id);
  if (!learner) throw new Error(`${one.id}: enrollment ${enrollment.id} belongs to nobody`);
  const courseKey = courses.find((course) => course.course_run_id === enrollment.course_run_id)?.course_key ?? null;
  return {
    enrollment: { id: String(enrollment.id), courseRunId: enrollment.course_run_id, courseKey, mode: enrollment.mode },
    link: {
      userId: String(learner.user_id),
      customerId: isImportedForMain(one, level, learner) ? 'main' : 'other',
      active: learner.active,
      linked: learner.linked,
      userExists: learner.user_exists,
      identity: identityOf(one, learner, courseKey),
    },
    consents: consents
      .filter(({ username, customer }) => username === learner.username && customer === learner.customer)
      .map(({ course_id: courseId, granted }) => ({ courseId, granted })),
    transmissions: audits.map((row, at) => transmissionOf(one.channel, row, at)),
  };
}

function identityOf({ world }: GoldenExport, learner: GoldenLearner, courseKey: string | null): ChannelIdentity {
  const click = world.audits.find(
    (row) => row.user_guid !== undefined && row.user_id === learner.user_id && row.course_id === courseKey,
  );
  return {
    remoteId: world.customer.identity_provider === null ? null : learner.remote_id,
    email: learner.user_exists ? learner.email : null,
    clickThrough: click
      ? {
          courseKey: click.course_id,
          userGuid: click.user_guid ?? '',
          sessionToken: click.session_token ?? '',
          callbackUrl: click.callback_url ?? '',
          subdomain: click.subdomain ?? '',
        }
      : null,
  };
}

/** Degreed's table has no grade, so its rows hold none whatever the world says. */
function transmissionOf(channel: ChannelKind, row: GoldenAudit, at: number): Transmission {
  return {
    sequence: at + 1,
    configurationId: row.plugin_configuration,
    enrollmentId: String(row.enrollment_id),
    courseId: row.course_id,
    subsectionId: row.subsection_id,
    grade: channel === 'DEGREED' ? null : gradeText(row.grade),
    courseCompleted: null,
    transmitted: row.is_transmitted,
  };
}

function gradeText(grade: string | number | null | undefined): string | null {
  return grade === null || grade === undefined ? null : String(grade);
}
