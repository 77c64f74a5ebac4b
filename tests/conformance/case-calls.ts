import { waitUntil } from '../../dev/wait-until';
import type { Answered, ApiCalls } from './api-calls';
import type { Caller, Operation } from './case-plan';
import type { CaseWorld } from './case-world';
import type { House } from './house';
import { isSettled } from './settled';
import { locatorIn, vendorPayload } from './vendor-payload';

/** How long a case's effects may take to be done. */
const SETTLE_MS = 60_000;

/** Carries a case's operations out through the API. */
export class CaseCalls {
  private constructor(
    private readonly house: House,
    private readonly world: CaseWorld,
    /** Who the case is about, staff, and SoftwareSecure, which carries no token. */
    private readonly callers: { asking: ApiCalls; staff: ApiCalls; anonymous: ApiCalls },
  ) {}

  static async of(house: House, world: CaseWorld, by: Caller): Promise<CaseCalls> {
    const place = { courseId: world.courseId, learner: world.userId('u1') };
    const [asking, staff] = [await house.api(by, place), await house.api('staff', place)];
    return new CaseCalls(house, world, { asking, staff, anonymous: await house.api(null, place) });
  }

  /** Something that happened before the case; it has to work. */
  async before(operation: Operation): Promise<void> {
    const { house, world, callers } = this;
    const { ok, code } = await new CaseCalls(house, world, { ...callers, asking: callers.staff }).ask(operation);
    await this.settled();
    await this.world.attempts();
    if (!ok) throw new Error(`What happened before was refused: ${operation.do} ${code ?? ''}`);
  }

  ask(operation: Operation): Promise<Answered> {
    const { asking, staff } = this.callers;
    switch (operation.do) {
      case 'changeAttempt':
        return staff.patch(this.attemptPath(operation.attempt), operation.body);
      case 'changeCurrent':
        return asking.patch(`${this.learnerPath(operation.exam)}/attempt`, operation.body);
      case 'remove':
        return asking.remove(`${this.attemptPath(operation.attempt)}${requestedBy(operation)}`);
      case 'removeAll':
        return asking.remove(`${this.learnerPath(operation.exam)}/attempts${requestedBy(operation)}`);
      case 'act':
        return asking.post(`${this.attemptPath(operation.attempt)}/actions`, { action: operation.action });
      default:
        return this.askMore(operation);
    }
  }

  /** Nothing is left to be done: no effect and no callback. */
  settled(): Promise<void> {
    const { house, world } = this;
    return waitUntil(() => isSettled(house.knex, world.courseId, world.examNumbers), {
      what: `the effects of ${world.courseId}`,
      timeoutMs: SETTLE_MS,
      intervalMs: 25,
    });
  }

  private async askMore(
    operation: Extract<Operation, { do: 'create' | 'review' | 'ready' | 'setReview' }>,
  ): Promise<Answered> {
    const { world } = this;
    const { asking, staff, anonymous } = this.callers;
    switch (operation.do) {
      case 'create': {
        const wanted = { userId: world.userId('u1'), takingAsProctored: true, start: true };
        return staff.post(`/exams/${world.examId(operation.exam)}/attempts`, wanted);
      }
      case 'review': {
        const { channel, payload, externalId } = operation;
        if (channel === 'psi')
          return anonymous.post(`${this.vendorPath()}/reviews`, vendorPayload(payload, this.names()));
        return asking.post(`${this.restPath(externalId)}/reviewed`, payload);
      }
      case 'ready':
        if (operation.channel === 'rest') return asking.post(`${this.restPath('ext-a1')}/ready`, { status: 'ready' });
        return anonymous.get(`${this.vendorPath()}/start/${world.codeOf('a1')}`);
      case 'setReview': {
        const { reviewStatus } = operation;
        return staff.patch(`/reviews/${await this.reviewId()}`, { reviewStatus });
      }
    }
  }

  private names(): Parameters<typeof vendorPayload>[1] {
    const { world } = this;
    return { codeOf: (attempt) => world.codeOf(attempt), externalIdOf: (recorded) => world.externalIdOf(recorded) };
  }

  private restPath(externalId: string): string {
    return `${this.vendorPath()}/attempts/${encodeURIComponent(String(locatorIn(externalId, this.names())))}`;
  }

  private vendorPath(): string {
    return `/providers/${encodeURIComponent(this.world.providerOfExam('e1'))}`;
  }

  private async reviewId(): Promise<string> {
    const { house, world } = this;
    const { rows } = await house.knex.raw<{ rows: { id: string }[] }>('select id from reviews where course_id = ?', [
      world.courseId,
    ]);
    return rows[0]?.id ?? '0';
  }

  private attemptPath(attempt: string): string {
    return `/attempts/${this.world.codeOf(attempt)}`;
  }

  private learnerPath(exam: string): string {
    return `/exams/${this.world.examId(exam)}/learners/${this.world.userId('u1')}`;
  }
}

function requestedBy(operation: { requestedBy?: string }): string {
  return operation.requestedBy === undefined ? '' : `?requestedBy=${operation.requestedBy}`;
}
