import type { PublishGateway } from '../clients/temporal/attempts';
import { coursePublishWorkflowId } from '../contracts/courses/messages';
import { coursesToWake } from '../db/courses/exam-saves';
import type { RelayOptions } from './relay-options';
import { OwnerWaker } from './wake-owners';

type Options = Omit<RelayOptions, 'publishing'> & { publishing: Pick<PublishGateway, 'wakePublish'> };

const BATCH = 200;

/** Finds courses whose exams are still to be saved at a provider, whatever became of their publish, and wakes their workflows. */
export class PublishLook {
  private readonly waker: OwnerWaker<string>;

  constructor(private readonly options: Options) {
    const { graceMs, log, metrics } = options;
    this.waker = new OwnerWaker({
      graceMs,
      log,
      metrics,
      idOf: coursePublishWorkflowId,
      onStuck: async () => undefined,
    });
  }

  looks(): (() => Promise<number>)[] {
    return [() => this.wakeCourses()];
  }

  private async wakeCourses(): Promise<number> {
    const { knex, publishing, graceMs, timings } = this.options;
    const courses = await coursesToWake(knex, { graceMs, limit: BATCH, resting: this.waker.resting() });
    return this.waker.wakeAll('publishes', courses, async (courseId) => {
      await publishing.wakePublish(courseId, timings);
      return true;
    });
  }
}
