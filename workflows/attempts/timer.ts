import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/** A reason to wake up. Equal `id`s are the same wakeup; a deadline's command is named after it. */
export interface Wakeup {
  kind: 'deadline' | 'review' | 'sleep';
  atMs: number;
  id: string;
  summary: string;
}

/** One durable timer at a time. Another wakeup replaces it; the idle one is left to fire and is checked then. */
export class Timer {
  private current: { wakeup: Wakeup; scope: CancellationScope } | null = null;
  private fired: Wakeup | null = null;

  constructor(private readonly onFire: () => void) {}

  set(wakeup: Wakeup | null): void {
    if (this.current && wakeup && isSame(this.current.wakeup, wakeup)) return;
    this.current?.scope.cancel();
    this.current = null;
    if (!wakeup) return;
    const scope = new CancellationScope();
    this.current = { wakeup, scope };
    void scope.run(() => this.waitAndFire(wakeup));
  }

  /** The wakeup that fired since the last call. */
  takeFired(): Wakeup | null {
    const fired = this.fired;
    this.fired = null;
    return fired;
  }

  private async waitAndFire(wakeup: Wakeup): Promise<void> {
    try {
      await sleep(Math.max(1, wakeup.atMs - Date.now()), { summary: wakeup.summary });
    } catch (error) {
      if (isCancellation(error)) return;
      throw error;
    }
    this.current = null;
    this.fired = wakeup;
    this.onFire();
  }
}

function isSame(one: Wakeup, other: Wakeup): boolean {
  return one.id === other.id && (one.kind === 'sleep' || one.atMs === other.atMs);
}
