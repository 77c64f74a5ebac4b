import type { Call } from '../http/call';
import type { JsonService } from '../http/json-service';
import { readField } from '../http/transport';
import { type ExamRef, examRefOf } from './refs';

/** The namespace under which edX's credit service keeps the requirements of proctored exams. */
const NAMESPACE = 'proctored_exam';
const REQUIREMENT = '/api/credit/v1/requirement-status';

/** Credit requirement of an exam; the exam's content id is the requirement's name. */
export class CreditService {
  constructor(private readonly http: JsonService) {}

  async setStatus(ref: ExamRef & { status: string }, call: Call): Promise<void> {
    await this.http.send({ method: 'PUT', path: REQUIREMENT, body: { ...requirement(ref), status: ref.status } }, call);
  }

  /** 404 = there is no such requirement (any more): as wanted. */
  async removeStatus(ref: ExamRef, call: Call): Promise<void> {
    await this.http.send({ method: 'DELETE', path: REQUIREMENT, body: requirement(ref), expect: [404] }, call);
  }

  /** The course name of the learner's credit state; null when the service knows none. */
  async courseName(ref: { userId: string; courseId: string }, call: Call): Promise<string | null> {
    const query = { userId: ref.userId, courseId: ref.courseId };
    const response = await this.http.send({ method: 'GET', path: '/api/credit/v1/state', query, expect: [404] }, call);
    if (response.body === undefined) throw this.http.malformed(response.status);
    const name = response.status === 404 ? null : readField(response.body, 'course_name');
    return typeof name === 'string' && name !== '' ? name : null;
  }
}

function requirement(ref: ExamRef): Record<string, string> {
  return { ...examRefOf(ref), namespace: NAMESPACE };
}
