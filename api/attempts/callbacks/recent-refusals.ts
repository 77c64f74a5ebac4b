const KEPT_MS = 60_000;
/** Callers choose some of the keys, so there is a bound. */
const MAX_KEYS = 1_000;

/** Lets the same thing pass once a minute, so that a caller who repeats it does not fill the audit log. */
export class RecentRefusals {
  private readonly seen = new Map<string, { atMs: number; held: number }>();

  /** @returns how many of them were held back since the last that passed; null: this one is held back. */
  pass(key: string, nowMs: number): number | null {
    const known = this.seen.get(key);
    if (known && nowMs - known.atMs < KEPT_MS) {
      known.held += 1;
      return null;
    }
    this.seen.delete(key);
    this.seen.set(key, { atMs: nowMs, held: 0 });
    const [oldest] = this.seen.keys();
    if (this.seen.size > MAX_KEYS && oldest !== undefined) this.seen.delete(oldest);
    return known?.held ?? 0;
  }
}
