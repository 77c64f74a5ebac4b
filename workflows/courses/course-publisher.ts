import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  condition,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type {
  CoursePublishInput,
  PublishActivities,
  PublishResult,
  PublishInput,
  SaveRef,
} from '../../contracts/courses/messages';
import { effectOptions, questionOptions, rowOptions } from '../activity-options';
import { type FailedSaves, PublishDisplay } from './display';

const local = (summary: string) => proxyLocalActivities<PublishActivities>(rowOptions(summary));

/** A course inside its workflow: publishes queue up, and each exam's save at its provider runs on its own. */
export class CoursePublisher {
  private readonly saves = new Map<string, SaveRef>();
  private queue: Promise<unknown> = Promise.resolve();
  private failed: FailedSaves = { count: 0, reasons: [] };
  private readonly display = new PublishDisplay();
  /** Publishes that wait or run. */
  private running = 0;
  /** Background activities. */
  private background = 0;
  private changes = 0;
  /** True until the rows were read: the run may have to finish what an earlier one left. */
  private stale = true;
  private last: PublishResult | null = null;

  constructor(private readonly input: CoursePublishInput) {}

  /** Queues, then publishes. @throws ApplicationFailure with the error code. */
  async publish(publication: PublishInput): Promise<PublishResult> {
    this.running += 1;
    const publishing = this.queue.then(() => this.publishNow(publication));
    this.queue = publishing.catch(() => undefined);
    try {
      return await publishing;
    } finally {
      this.running -= 1;
      this.wake();
    }
  }

  wake(): void {
    this.stale = true;
    this.changes += 1;
  }

  /** Resolves when every save is over and the idle time has passed, or when it must continue as new. */
  async runUntilIdle(canContinue: () => boolean): Promise<void> {
    while (canContinue()) {
      const seen = this.changes;
      await this.refresh();
      const changed = (): boolean => this.changes !== seen;
      if (!this.isIdle()) await condition(changed);
      else if (!(await condition(changed, this.input.timings.idleMs))) {
        await condition(allHandlersFinished);
        if (!changed()) return;
      }
    }
  }

  private isIdle(): boolean {
    return this.running === 0 && this.background === 0 && !this.stale;
  }

  private async publishNow(publication: PublishInput): Promise<PublishResult> {
    const { courseId } = this.input;
    const courseKnown = publication.featureEnabled ? await this.askCourse(publication.commandId) : true;
    const { applyPublish } = local(`publish ${publication.exams.length} exams`);
    const result = await applyPublish({ ...publication, courseId, courseKnown, nowMs: Date.now() });
    if (result.kind === 'refused') throw ApplicationFailure.nonRetryable(result.detail, result.code);
    if (result.changedExamIds.length > 0) void this.notifyAttempts(result.changedExamIds);
    this.last = result.answer;
    return result.answer;
  }

  private async askCourse(commandId: string): Promise<boolean> {
    const { courseId, timings } = this.input;
    const { askCourse } = proxyActivities<PublishActivities>(questionOptions(timings, 'ask: is there such a course'));
    try {
      return await askCourse({ courseId, commandId });
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      const detail = `The courses service gave no answer in ${timings.questionTimeoutMs} ms; nothing was changed.`;
      throw ApplicationFailure.nonRetryable(detail, 'courses-unavailable');
    }
  }

  /** The rows are written already; an attempt not notified reads them at its next command. */
  private async notifyAttempts(examIds: number[]): Promise<void> {
    await this.track(async () => {
      const options = effectOptions(this.input.timings, `tell attempts of ${examIds.length} exams`);
      await proxyActivities<PublishActivities>(options).tellAttempts({ examIds });
    });
  }

  private async refresh(): Promise<void> {
    while (this.stale && this.running === 0) {
      this.stale = false;
      const {
        due,
        failed,
        reasons = [],
      } = await local('read the exams to save').loadSaves({ courseId: this.input.courseId });
      this.failed = { count: failed, reasons };
      for (const save of due) this.start(save);
    }
    this.display.update(this.last, this.saves.size, this.failed);
  }

  private start(save: SaveRef): void {
    const id = `${save.examId} ${save.commandId}`;
    if (this.saves.has(id)) return;
    this.saves.set(id, save);
    void this.track(async () => {
      const options = effectOptions(this.input.timings, `save exam ${save.examId} at its provider`);
      try {
        await proxyActivities<PublishActivities>(options).saveExam(save);
      } catch (error) {
        if (!(error instanceof ActivityFailure)) throw error;
        await local(`give up: save exam ${save.examId}`).giveUpSave(save);
      }
      this.saves.delete(id);
      this.stale = true;
    });
  }

  /** Background work: the run stays open for it. */
  private async track(work: () => Promise<void>): Promise<void> {
    this.background += 1;
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
    } finally {
      this.background -= 1;
      this.changes += 1;
    }
  }
}
