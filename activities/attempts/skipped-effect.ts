/** Thrown by an effect's call when there is nothing to do; the effect is `skipped` then. */
export class SkippedEffect extends Error {
  /** @param detail why, for operators: no names or addresses */
  constructor(readonly detail: 'no-address') {
    super(detail);
    this.name = 'SkippedEffect';
  }
}
