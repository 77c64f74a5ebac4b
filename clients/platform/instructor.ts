import type { Call } from '../http/call';
import type { JsonService } from '../http/json-service';
import { type ExamRef, examRefOf } from './refs';

/** Ids and words of a review; the learner is named by id. */
export interface ReviewNotice extends ExamRef {
  attemptCode: string;
  examName: string;
  reviewStatus: string;
  /** The platform's page about it; absent when the platform's address is not configured. */
  reviewUrl?: string;
}

/** The platform's instructor service: the learner's state on an exam. */
export class InstructorService {
  constructor(private readonly http: JsonService) {}

  /** Deletes the learner's state on the exam. */
  async reset(ref: ExamRef & { requestingUser?: string }, call: Call): Promise<void> {
    const requester = ref.requestingUser === undefined ? {} : { requestingUser: ref.requestingUser };
    await this.put('reset', { ...examRefOf(ref), ...requester }, call);
  }

  /** Marks the exam's content complete. */
  async complete(ref: ExamRef, call: Call): Promise<void> {
    await this.put('complete', examRefOf(ref), call);
  }

  /** Notifies support of a review that somebody should look at. */
  async notify(review: ReviewNotice, call: Call): Promise<void> {
    const { attemptCode, examName, reviewStatus, reviewUrl } = review;
    const link = reviewUrl === undefined ? {} : { reviewUrl };
    await this.put('notification', { ...examRefOf(review), attemptCode, examName, reviewStatus, ...link }, call);
  }

  private async put(what: string, body: unknown, call: Call): Promise<void> {
    await this.http.send({ method: 'PUT', path: `/api/instructor/v1/${what}`, body }, call);
  }
}
