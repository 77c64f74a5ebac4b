import type { ImportLine } from '../../../contracts/http/customer-import';
import type { ExportLevel } from '../../../domain/exports/model';
import type { GoldenAudit, GoldenExport, GoldenLearner } from '../../golden/enterprise-cases';
import { isImportedForMain } from '../../golden/enterprise-facts';
import type { ExportCaseNames } from './export-names';

type Side = 'main' | 'other';

/** What a recorded world is as an import of one of its two customers. */
export function importLines(
  { one, level }: { one: GoldenExport; level: ExportLevel },
  names: ExportCaseNames,
  side: Side,
): ImportLine[] {
  const { world } = one;
  const isOn = (learner: GoldenLearner): boolean =>
    side === 'other' ? learner.customer === 'other' : isImportedForMain(one, level, learner);
  const learners = world.learners.filter(isOn);
  const ties = new Map(learners.map((learner) => [learner.enterprise_customer_user_id, learner]));
  const keys = new Map(world.courses.map((course) => [course.course_run_id, course.course_key]));
  const enrollments = world.enrollments.filter((row) => ties.has(row.enterprise_customer_user_id));
  const imported = new Set(enrollments.map(({ id }) => id));
  const audits = side === 'main' ? world.audits.filter((row) => imported.has(row.enrollment_id)) : [];
  return [
    ...learners.map((learner) => learnerLine(one, names, learner)),
    ...enrollments.map((row): ImportLine => {
      const key = keys.get(row.course_run_id);
      return {
        kind: 'enrollment',
        enrollmentId: row.id,
        mode: row.mode,
        userId: String(ties.get(row.enterprise_customer_user_id)?.user_id),
        courseRunId: names.own(row.course_run_id),
        courseKey: key === undefined ? null : names.own(key),
      };
    }),
    ...consentLines(one, names, learners),
    ...clickLines(one, names, new Set(learners.map(({ user_id: id }) => id))),
    ...audits.map((row) => auditLine(one, level, names, row)),
  ];
}

function learnerLine({ world }: GoldenExport, names: ExportCaseNames, learner: GoldenLearner): ImportLine {
  const { user_id: userId, username, email, active, linked, user_exists: userExists, remote_id: remoteId } = learner;
  return {
    kind: 'learner',
    userId: String(userId),
    username: names.own(username),
    active,
    linked,
    userExists,
    email: userExists ? names.own(email) : null,
    remoteId: world.customer.identity_provider === null ? null : names.ownOrNull(remoteId),
  };
}

function consentLines(
  { world }: GoldenExport,
  names: ExportCaseNames,
  learners: readonly GoldenLearner[],
): ImportLine[] {
  return world.consents.flatMap(({ username, course_id: course, granted, customer }): ImportLine[] => {
    const learner = learners.find((one) => one.username === username && one.customer === customer);
    if (!learner) return [];
    return [{ kind: 'consent', userId: String(learner.user_id), courseId: names.own(course), granted }];
  });
}

/** Cornerstone's clicks are columns of its audit rows; of several the first counts. */
function clickLines({ world }: GoldenExport, names: ExportCaseNames, learners: ReadonlySet<number>): ImportLine[] {
  const lines = new Map<string, ImportLine>();
  for (const row of world.audits) {
    if (row.user_guid === undefined || row.user_id === undefined || !learners.has(row.user_id)) continue;
    const key = `${row.user_id} ${row.course_id}`;
    if (lines.has(key)) continue;
    lines.set(key, {
      kind: 'clickThrough',
      userId: String(row.user_id),
      courseKey: names.own(row.course_id),
      userGuid: row.user_guid,
      sessionToken: row.session_token ?? '',
      callbackUrl: row.callback_url ?? '',
      subdomain: row.subdomain ?? '',
    });
  }
  return [...lines.values()];
}

/** Rows of Degreed have no grade, whatever the world says: its table has no such column. */
function auditLine(
  { channel, world }: GoldenExport,
  level: ExportLevel,
  names: ExportCaseNames,
  row: GoldenAudit,
): ImportLine {
  const hasGrade = channel !== 'DEGREED' && row.grade !== null;
  return {
    kind: 'audit',
    auditId: world.audits.indexOf(row) + 1,
    channelId: row.plugin_configuration,
    level,
    enrollmentId: row.enrollment_id,
    courseId: names.own(row.course_id),
    subsectionId: row.subsection_id,
    grade: hasGrade ? String(row.grade) : null,
    isTransmitted: row.is_transmitted,
    errorMessage: row.error_message ?? '',
  };
}
