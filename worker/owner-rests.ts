import { backoffMs } from '../domain/backoff';

/** What is remembered of an owner that was woken, or could not be. */
interface Rest<K> {
  key: K;
  tries: number;
  untilMs: number;
}

/**
 * Owners that the relay leaves alone for a while, each longer from time to time: one that can't be woken, or does nothing when woken,
 * costs little and keeps nobody else from being woken. Forgotten once nothing of it was left for as long again.
 */
export class OwnerRests<K> {
  private readonly rests = new Map<string, Rest<K>>();

  constructor(
    private readonly idOf: (key: K) => string,
    private readonly limits: { firstMs: number; maxMs: number },
  ) {}

  /** @returns how often in a row the owner had to be woken. */
  note(key: K): number {
    const id = this.idOf(key);
    const tries = (this.rests.get(id)?.tries ?? 0) + 1;
    this.rests.set(id, { key, tries, untilMs: performance.now() + backoffMs(tries - 1, this.limits) });
    return tries;
  }

  /** Those to be left alone now. */
  resting(): K[] {
    const nowMs = performance.now();
    for (const [id, { tries, untilMs }] of this.rests) {
      if (nowMs > untilMs + backoffMs(tries - 1, this.limits)) this.rests.delete(id);
    }
    return [...this.rests.values()].filter(({ untilMs }) => untilMs > nowMs).map(({ key }) => key);
  }

  isResting(key: K): boolean {
    return (this.rests.get(this.idOf(key))?.untilMs ?? 0) > performance.now();
  }

  /** Number of those that had to be woken again and again. */
  count(atLeastTries: number): number {
    return [...this.rests.values()].filter(({ tries }) => tries >= atLeastTries).length;
  }
}
