import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';

/** Pause, resume and cancel. Each interrupts the page under way: it ends what it began and starts nothing more. */
export class Steering {
  cancelled = false;
  private page: CancellationScope | null = null;

  constructor(public paused: boolean) {}

  pause(): void {
    this.paused = true;
    this.page?.cancel();
  }

  resume(): void {
    this.paused = false;
  }

  cancel(): void {
    this.cancelled = true;
    this.page?.cancel();
  }

  async untilResumed(): Promise<void> {
    await condition(() => !this.paused || this.cancelled);
  }

  /** Null: interrupted before a worker started it. */
  async runPage<T>(work: () => Promise<T>): Promise<T | null> {
    this.page = new CancellationScope();
    try {
      return await this.page.run(work);
    } catch (error) {
      if (isCancellation(error)) return null;
      throw error;
    } finally {
      this.page = null;
    }
  }
}
