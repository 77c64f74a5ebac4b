/** A command that was accepted, as it is stored. */
export interface ChangeFact {
  at: Date;
  type: string;
  /** Of the attempt after it; null when it left the attempt as it was. */
  version: number | null;
  /** After it, where it is known. */
  status: string | null;
  by: string;
  because: string;
  reason: string | null;
  requestId: string | null;
}

/** An effect of a change, with what became of it. */
export interface EffectFact {
  effectId: string;
  name: string;
  version: number;
  state: string;
  tries: number;
  lastError: string | null;
  detail: string | null;
  createdAt: Date;
  /** When it was touched last: tried, postponed or ended. */
  touchedAt: Date;
  doneAt: Date | null;
  nextTryAt: Date | null;
}

/** A vendor's callback, whatever became of it. */
export interface CallbackFact {
  at: Date;
  inboxId: string;
  provider: string;
  callback: 'review' | 'ready';
  state: 'received' | 'applied' | 'refused';
  /** The code it was refused with. */
  refusedBecause: string | null;
  endedAt: Date | null;
}

/** A verdict that was stored; one that was replaced later included. */
export interface ReviewFact {
  at: Date;
  reviewId: string;
  reviewStatus: string;
  provider: string;
  reviewedBy: string | null;
}

/** What somebody did around the attempt: an allowance given, a callback turned away. */
export interface AroundFact {
  at: Date;
  action: string;
  object: string;
  by: string;
  reason: string | null;
  requestId: string | null;
  detail: unknown;
}

export interface TimelineFacts {
  changes: readonly ChangeFact[];
  /** Status of each version that is known from a row: archived or live. */
  statuses: ReadonlyMap<number, string>;
  effects: readonly EffectFact[];
  callbacks: readonly CallbackFact[];
  reviews: readonly ReviewFact[];
  around: readonly AroundFact[];
}

export type TimelineEntry =
  | (ChangeFact & { kind: 'change'; statusBefore: string | null; effects: EffectFact[] })
  | (CallbackFact & { kind: 'callback' })
  | (ReviewFact & { kind: 'review' })
  | (AroundFact & { kind: 'around' });

/** What happens at one instant is told cause first: who came, what they said, what followed. */
const RANK: Record<TimelineEntry['kind'], number> = { around: 0, callback: 1, review: 2, change: 3 };

/** Everything that happened to an attempt, oldest first, each change with its effects. Pure: facts in, story out. */
export function buildTimeline(facts: TimelineFacts): TimelineEntry[] {
  const entries: TimelineEntry[] = [
    ...changesOf(facts),
    ...facts.callbacks.map((fact) => ({ ...fact, kind: 'callback' as const })),
    ...facts.reviews.map((fact) => ({ ...fact, kind: 'review' as const })),
    ...facts.around.map((fact) => ({ ...fact, kind: 'around' as const })),
  ];
  return entries.sort(
    (one, other) =>
      one.at.getTime() - other.at.getTime() || RANK[one.kind] - RANK[other.kind] || versionOf(one) - versionOf(other),
  );
}

function versionOf(entry: TimelineEntry): number {
  return entry.kind === 'change' ? (entry.version ?? 0) : 0;
}

/** In the order of the versions, which clocks of several machines cannot change. */
function changesOf({ changes, statuses, effects }: TimelineFacts): Extract<TimelineEntry, { kind: 'change' }>[] {
  const known = new Set(changes.map(({ version }) => version));
  const all = [...changes, ...unexplained(effects, known)].sort(
    (one, other) => (one.version ?? 0) - (other.version ?? 0) || one.at.getTime() - other.at.getTime(),
  );
  const told = new Set<number>();
  let before: string | null = null;
  return all.map((change) => {
    const { version } = change;
    if (version === null) return { ...change, kind: 'change', status: null, statusBefore: null, effects: [] };
    const status = change.status ?? statuses.get(version) ?? null;
    const own = told.has(version) ? [] : effects.filter((effect) => effect.version === version);
    told.add(version);
    const entry = { ...change, kind: 'change' as const, status, statusBefore: before, effects: own };
    before = status ?? before;
    return entry;
  });
}

/** Effects of versions that no command is kept of: from before commands were kept with their versions. */
function unexplained(effects: readonly EffectFact[], known: ReadonlySet<number | null>): ChangeFact[] {
  const lost = effects.filter(({ version }) => !known.has(version));
  const first = new Map(lost.toReversed().map((effect) => [effect.version, effect]));
  const nobody = { type: 'unknown', by: 'unknown', because: 'unknown', reason: null, requestId: null, status: null };
  return [...first.values()].map(({ version, createdAt }) => ({ ...nobody, at: createdAt, version }));
}
