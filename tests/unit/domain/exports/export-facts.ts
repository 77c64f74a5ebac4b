import { toDecimal } from '../../../../domain/exports/decimal';
import type {
  CourseDetails,
  EnrollmentFacts,
  ExportRequest,
  Percent,
  Transmission,
} from '../../../../domain/exports/model';

const AS_OF = new Date('2021-06-15T12:00:00Z');

/** A bulk export of completions to Canvas, of a customer that has audit enrollments reported. */
export function requestWith(changes: Partial<ExportRequest> = {}): ExportRequest {
  return {
    level: 'completion',
    customer: { id: 'acme', enableAuditEnrollment: true, enableAuditDataReporting: true },
    configuration: { id: 'c1', channel: 'CANVAS', transmitTotalHours: true },
    asOf: AS_OF,
    single: null,
    asserted: { grade: null, isPassing: false },
    skipTransmitted: true,
    ...changes,
  };
}

/** One consenting learner in one verified enrollment, of whom nothing was sent yet. */
export function factsWith(changes: Partial<EnrollmentFacts> = {}): EnrollmentFacts {
  return {
    enrollment: { id: '301', courseRunId: 'course-v1:a+b+c', courseKey: 'a+b', mode: 'verified' },
    link: {
      userId: '100',
      customerId: 'acme',
      active: true,
      linked: true,
      userExists: true,
      identity: { remoteId: 'remote-0', email: 'learner@example.com', clickThrough: null },
    },
    consents: [{ courseId: 'course-v1:a+b+c', granted: true }],
    transmissions: [],
    ...changes,
  };
}

export const COURSE: CourseDetails = {
  courseRunId: 'course-v1:a+b+c',
  title: 'A course',
  pacing: 'self',
  estimatedHours: 5,
  end: { at: new Date('2021-06-01T00:00:00Z'), day: '2021-06-01' },
};

export function reportedPercent(given: string): Percent {
  return { value: toDecimal(given), asGiven: given };
}

export function sentRow(grade: string | null, changes: Partial<Transmission> = {}): Transmission {
  return {
    sequence: 1,
    configurationId: 'c1',
    enrollmentId: '301',
    courseId: 'a+b',
    subsectionId: null,
    grade,
    courseCompleted: true,
    transmitted: true,
    ...changes,
  };
}
