import { CancellationScope, isCancellation, sleep } from '@temporalio/workflow';

/** Something to wake up for. `id` makes two waits the same; a deadline's id is also its command's id. */
export interface Wait {
  kind: 'deadline' | 'review' | 'sleep';
  atMs: number;
  id: string;
  summary: string;
}

/** One durable timer at a time. A sooner or different wait replaces it; the idle wait is left to ring and looked at then. */
export class Alarm {
  private current: { wait: Wait; scope: CancellationScope } | null = null;
  private rung: Wait | null = null;

  constructor(private readonly onRing: () => void) {}

  set(wait: Wait | null): void {
    if (this.current && wait && isSame(this.current.wait, wait)) return;
    this.current?.scope.cancel();
    this.current = null;
    if (!wait) return;
    const scope = new CancellationScope();
    this.current = { wait, scope };
    void scope.run(() => this.ring(wait));
  }

  /** The wait that rang since the last call, if any. */
  takeRung(): Wait | null {
    const rung = this.rung;
    this.rung = null;
    return rung;
  }

  private async ring(wait: Wait): Promise<void> {
    try {
      await sleep(Math.max(1, wait.atMs - Date.now()), { summary: wait.summary });
    } catch (error) {
      if (isCancellation(error)) return;
      throw error;
    }
    this.current = null;
    this.rung = wait;
    this.onRing();
  }
}

function isSame(one: Wait, other: Wait): boolean {
  return one.id === other.id && (one.kind === 'sleep' || one.atMs === other.atMs);
}
