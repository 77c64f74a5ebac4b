import type { Static } from '@sinclair/typebox';
import type { AttemptAnswer } from '../contracts/http/attempts';
import type { ExamAnswer } from '../contracts/http/exams';
import type { LearnerBody } from '../contracts/http/learners';
import type { ApiClient } from './api-client';

/** Creates or changes a course; SoftwareSecure proctors it unless `more` says otherwise. */
export async function putCourse(api: ApiClient, courseId: string, more: object = {}): Promise<void> {
  await api.put(coursePath(courseId), { name: 'A course', proctoringProvider: 'software_secure', ...more });
}

/** A timed exam of an hour unless `more` says otherwise. */
export function createExam(api: ApiClient, courseId: string, more: object = {}): Promise<ExamAnswer> {
  const exam = { courseId, contentId: 'content-1', examName: 'An exam', timeLimitMins: 60, ...more };
  return api.post<ExamAnswer>('/exams', exam);
}

export async function putLearner(
  api: ApiClient,
  userId: string,
  more: Partial<Static<typeof LearnerBody>> = {},
): Promise<void> {
  const learner = { username: userId, email: `${userId}@example.org`, fullName: 'A Learner', ...more };
  await api.put(`/learners/${encodeURIComponent(userId)}`, learner);
}

/** A proctored attempt unless `more` says otherwise. */
export function createAttempt(
  api: ApiClient,
  examId: number,
  userId: string,
  more: object = {},
): Promise<AttemptAnswer> {
  return api.post<AttemptAnswer>(`/exams/${examId}/attempts`, { userId, takingAsProctored: true, ...more });
}

export function coursePath(courseId: string): string {
  return `/courses/${encodeURIComponent(courseId)}`;
}

export function attemptPath(code: string): string {
  return `/attempts/${encodeURIComponent(code)}`;
}
