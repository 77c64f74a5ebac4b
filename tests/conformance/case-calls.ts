import { waitUntil } from '../../dev/wait-until';
import { isSettled } from '../support/settled';
import type { CallOutcome, ApiCalls } from './api-calls';
import type { CaseCourse } from './case-course';
import type { CaseCaller, Operation } from './case-plan';
import type { ConformanceStack } from './conformance-stack';
import { locatorIn, vendorPayload } from './vendor-payload';

/** How long a case's effects may take to be done. */
const EFFECTS_TIMEOUT_MS = 60_000;

/** Carries a case's operations out through the API. */
export class CaseCalls {
  private constructor(
    private readonly stack: ConformanceStack,
    private readonly course: CaseCourse,
    /** Who the case is about, staff, and SoftwareSecure, which carries no token. */
    private readonly callers: { subject: ApiCalls; staff: ApiCalls; anonymous: ApiCalls },
  ) {}

  static async of(stack: ConformanceStack, course: CaseCourse, by: CaseCaller): Promise<CaseCalls> {
    const scope = { courseId: course.courseId, learner: course.userId('u1') };
    const [subject, staff] = [await stack.api(by, scope), await stack.api('staff', scope)];
    return new CaseCalls(stack, course, { subject, staff, anonymous: await stack.api(null, scope) });
  }

  /** Something that happened before the case; it has to work. */
  async before(operation: Operation): Promise<void> {
    const { stack, course, callers } = this;
    const { ok, code } = await new CaseCalls(stack, course, { ...callers, subject: callers.staff }).carryOut(operation);
    await this.untilSettled();
    await this.course.attempts();
    if (!ok) throw new Error(`What happened before was refused: ${operation.do} ${code ?? ''}`);
  }

  carryOut(operation: Operation): Promise<CallOutcome> {
    const { subject, staff } = this.callers;
    switch (operation.do) {
      case 'changeAttempt':
        return staff.patch(this.attemptPath(operation.attempt), operation.body);
      case 'changeCurrent':
        return subject.patch(`${this.learnerPath(operation.exam)}/attempt`, operation.body);
      case 'remove':
        return subject.remove(`${this.attemptPath(operation.attempt)}${requestedBy(operation)}`);
      case 'removeAll':
        return subject.remove(`${this.learnerPath(operation.exam)}/attempts${requestedBy(operation)}`);
      case 'act':
        return subject.post(`${this.attemptPath(operation.attempt)}/actions`, { action: operation.action });
      default:
        return this.carryOutRest(operation);
    }
  }

  /** Nothing is left to be done: no effect and no callback. */
  untilSettled(): Promise<void> {
    const { stack, course } = this;
    return waitUntil(() => isSettled(stack.knex, course.courseId, course.examNumbers), {
      what: `the effects of ${course.courseId}`,
      timeoutMs: EFFECTS_TIMEOUT_MS,
      intervalMs: 25,
    });
  }

  private async carryOutRest(
    operation: Extract<Operation, { do: 'create' | 'review' | 'ready' | 'setReview' }>,
  ): Promise<CallOutcome> {
    const { course } = this;
    const { subject, staff, anonymous } = this.callers;
    switch (operation.do) {
      case 'create': {
        const wanted = { userId: course.userId('u1'), takingAsProctored: true, start: true };
        return staff.post(`/exams/${course.examId(operation.exam)}/attempts`, wanted);
      }
      case 'review': {
        const { protocol, payload, externalId } = operation;
        if (protocol === 'psi') return anonymous.post(`${this.vendorPath()}/reviews`, vendorPayload(payload, course));
        return subject.post(`${this.restPath(externalId)}/reviewed`, payload);
      }
      case 'ready':
        if (operation.protocol === 'rest') return subject.post(`${this.restPath('ext-a1')}/ready`, { status: 'ready' });
        return anonymous.get(`${this.vendorPath()}/start/${course.codeOf('a1')}`);
      case 'setReview': {
        const { reviewStatus } = operation;
        return staff.patch(`/reviews/${await this.reviewId()}`, { reviewStatus });
      }
    }
  }

  private restPath(externalId: string): string {
    return `${this.vendorPath()}/attempts/${encodeURIComponent(String(locatorIn(externalId, this.course)))}`;
  }

  private vendorPath(): string {
    return `/providers/${encodeURIComponent(this.course.callerAbout('e1'))}`;
  }

  private async reviewId(): Promise<string> {
    const { stack, course } = this;
    const { rows } = await stack.knex.raw<{ rows: { id: string }[] }>('select id from reviews where course_id = ?', [
      course.courseId,
    ]);
    return rows[0]?.id ?? '0';
  }

  private attemptPath(attempt: string): string {
    return `/attempts/${this.course.codeOf(attempt)}`;
  }

  private learnerPath(exam: string): string {
    return `/exams/${this.course.examId(exam)}/learners/${this.course.userId('u1')}`;
  }
}

function requestedBy(operation: { requestedBy?: string }): string {
  return operation.requestedBy === undefined ? '' : `?requestedBy=${operation.requestedBy}`;
}
