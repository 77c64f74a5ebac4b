/** Something that happens. */
export interface MoveOf<Doing> {
  what: Doing;
  /** It does not wait for those before it. */
  together: boolean;
}

/** A verdict in SoftwareSecure's words and in those of the REST protocol. */
export const VERDICTS = [
  ['Clean', 'passed'],
  ['Rules Violation', 'violation'],
  ['Suspicious', 'suspicious'],
  ['Not Reviewed', 'not_reviewed'],
] as const;

/** All moves, each as soon as it may. Resolves when every one is made. */
export async function playMoves<Doing>(
  moves: readonly MoveOf<Doing>[],
  make: (what: Doing) => Promise<void>,
): Promise<void> {
  let open: Promise<void>[] = [];
  for (const { what, together } of moves) {
    if (!together) {
      await Promise.all(open);
      open = [];
    }
    open.push(make(what));
  }
  await Promise.all(open);
}
