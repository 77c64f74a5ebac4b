import type { LearnerDataAnswer } from '../../../dev/simulator/learner-answers';
import type { GoldenAnswer, GoldenCourse, GoldenEnrollment, GoldenExport } from '../../golden/enterprise-cases';
import type { ExportCaseNames } from './export-names';

const NONE: GoldenAnswer = { status: 404, body: {} };

/** What the simulated services have to answer in a recorded world. A service that never answered fails with 504 here. */
export function serviceAnswers({ world }: GoldenExport, names: ExportCaseNames): LearnerDataAnswer[] {
  const known = new Set(world.courses.map((course) => course.course_run_id));
  const unknown = world.enrollments.filter((row) => !known.has(row.course_run_id));
  return [
    ...world.courses.map((course) => courseAnswer(course, names)),
    ...unknown.map((row) => answer('course', NONE, { courseId: names.own(row.course_run_id) }, names)),
    ...world.enrollments.flatMap((row) => learnerAnswers(world, row, names)),
  ];
}

function courseAnswer(course: GoldenCourse, names: ExportCaseNames): LearnerDataAnswer {
  const hours = course.catalog_run_found ? course.estimated_hours : null;
  const body = course.details === null ? {} : { ...course.details, estimated_hours: hours };
  const given = { status: course.details_status, body };
  return answer('course', given, { courseId: names.own(course.course_run_id) }, names);
}

function learnerAnswers(
  { learners }: GoldenExport['world'],
  row: GoldenEnrollment,
  names: ExportCaseNames,
): LearnerDataAnswer[] {
  const tie = learners.find(({ enterprise_customer_user_id: id }) => id === row.enterprise_customer_user_id);
  const subject = { courseId: names.own(row.course_run_id), username: names.own(tie?.username ?? '') };
  return (['certificate', 'grade', 'gradebook'] as const).map((what) =>
    answer(what, row[what] ?? NONE, subject, names),
  );
}

function answer(
  what: LearnerDataAnswer['what'],
  { status, body, raw }: GoldenAnswer,
  subject: { courseId: string; username?: string },
  names: ExportCaseNames,
): LearnerDataAnswer {
  const code = status === 'timeout' ? 504 : status;
  return {
    what,
    ...subject,
    status: code,
    body: names.inBody(body ?? {}),
    ...(raw === undefined ? {} : { html: true }),
  };
}
