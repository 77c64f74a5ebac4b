import type { Call } from '../http/call';
import type { JsonService } from '../http/json-service';
import { type ExamRef, examRefOf, type InstructorClient, type ReviewNotice } from './services';

/** The platform's instructor service: the learner's state on an exam. */
export class InstructorService implements InstructorClient {
  constructor(private readonly http: JsonService) {}

  async reset(ref: ExamRef & { requestingUser?: string }, call: Call): Promise<void> {
    const requester = ref.requestingUser === undefined ? {} : { requestingUser: ref.requestingUser };
    await this.put('reset', { ...examRefOf(ref), ...requester }, call);
  }

  async complete(ref: ExamRef, call: Call): Promise<void> {
    await this.put('complete', examRefOf(ref), call);
  }

  async notify(review: ReviewNotice, call: Call): Promise<void> {
    const { attemptCode, examName, reviewStatus, reviewUrl } = review;
    const link = reviewUrl === undefined ? {} : { reviewUrl };
    await this.put('notification', { ...examRefOf(review), attemptCode, examName, reviewStatus, ...link }, call);
  }

  private async put(what: string, body: unknown, call: Call): Promise<void> {
    await this.http.send({ method: 'PUT', path: `/api/instructor/v1/${what}`, body }, call);
  }
}
