import type { Call } from '../http/call';
import type { JsonService } from '../http/json-service';
import { readField } from '../http/transport';
import { type ExamRef, examRefOf, type LearnerRef } from './refs';

const OVERRIDES = '/api/grades/v1/overrides';

/** Grade overrides of an exam's subsection, and the course's switch that asks for them. */
export class GradesService {
  constructor(private readonly http: JsonService) {}

  async override(
    ref: ExamRef & { earnedAll: number; earnedGraded: number; comment: string; overrider?: string },
    call: Call,
  ): Promise<void> {
    const { earnedAll, earnedGraded, comment, overrider } = ref;
    const body = {
      ...examRefOf(ref),
      earnedAll,
      earnedGraded,
      comment,
      ...(overrider === undefined ? {} : { overrider }),
    };
    await this.http.send({ method: 'PUT', path: OVERRIDES, body }, call);
  }

  /** 404 = nothing is overridden: as wanted. */
  async undoOverride(ref: ExamRef, call: Call): Promise<void> {
    await this.http.send({ method: 'DELETE', path: OVERRIDES, body: examRefOf(ref), expect: [404] }, call);
  }

  /** The course's switch: does a rejection override the grade? */
  async overrideOnRejection(ref: { courseId: string }, call: Call): Promise<boolean> {
    const query = { courseId: ref.courseId };
    const response = await this.http.send({ method: 'GET', path: '/api/grades/v1/override-on-rejection', query }, call);
    const enabled = readField(response.body, 'enabled');
    if (typeof enabled !== 'boolean') throw this.http.malformed(response.status);
    return enabled;
  }

  /** The learner's grade in a course run; undefined = none. The rules decode it. */
  learnerGrade({ username, courseId }: LearnerRef, call: Call): Promise<unknown> {
    const path = `/api/grades/v1/courses/${encodeURIComponent(courseId)}/`;
    return this.http.find({ path, query: { username } }, call);
  }

  /** The learner's graded subsections; undefined = none. */
  gradebook({ username, courseId }: LearnerRef, call: Call): Promise<unknown> {
    const path = `/api/grades/v1/gradebook/${encodeURIComponent(courseId)}/`;
    return this.http.find({ path, query: { username } }, call);
  }
}
