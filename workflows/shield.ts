import { CancellationScope, patched } from '@temporalio/workflow';

const GOES_ON = 'goes-on-when-cancelled';

/**
 * Keeps a workflow going that is cancelled in Temporal's UI: what it waits for is decided by its row, and Cancel is no command. The
 * cancellation reaches neither the loop nor a handler.
 *
 * Runs that were started by the release before do not have `isShielded` in their input. Their handlers run as they did until a
 * cancellation comes, so that their histories replay to the letter; one that was cancelled under that release replays as it did then.
 */
export class Shield {
  private readonly outer = new CancellationScope({ cancellable: false });
  private inner: CancellationScope | null = null;

  constructor(private readonly isShielded: boolean) {}

  /** Runs the workflow's main loop. */
  run(main: () => Promise<void>): Promise<void> {
    const root = CancellationScope.current();
    return this.outer.run(() => {
      this.inner = new CancellationScope();
      root.cancelRequested.catch(() => {
        if (!this.isShielded && !patched(GOES_ON)) this.inner?.cancel();
      });
      return this.inner.run(main);
    });
  }

  /** Runs a message's handler. */
  handle<T>(handler: () => Promise<T>): Promise<T> {
    const mustShield = this.isShielded || (CancellationScope.current().consideredCancelled && patched(GOES_ON));
    return mustShield ? this.outer.run(handler) : handler();
  }
}
