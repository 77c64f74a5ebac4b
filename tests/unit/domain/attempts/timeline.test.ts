import fc from 'fast-check';
import {
  buildTimeline,
  type ChangeFact,
  type EffectFact,
  type TimelineEntry,
  type TimelineFacts,
} from '../../../../domain/attempts/timeline';

const T0 = Date.parse('2026-03-02T09:00:00Z');
const minute = (n: number): Date => new Date(T0 + n * 60_000);
const NOTHING: TimelineFacts = {
  changes: [],
  statuses: new Map(),
  effects: [],
  callbacks: [],
  reviews: [],
  around: [],
};

function change(version: number | null, given: Partial<ChangeFact> = {}): ChangeFact {
  const nobody = { type: 'act', by: 'iss|ann', because: 'act:submit', reason: null, requestId: null };
  return { at: minute(version ?? 0), version, status: null, ...nobody, ...given };
}

function effect(effectId: string, version: number): EffectFact {
  const state = { state: 'done', tries: 1, lastError: null, detail: null, doneAt: null, nextTryAt: null };
  return { effectId, name: 'credit.set', version, createdAt: minute(version), touchedAt: minute(version), ...state };
}

const changesIn = (entries: readonly TimelineEntry[]) => entries.flatMap((one) => (one.kind === 'change' ? [one] : []));

test('Every effect stands with the change that caused it, and none is lost.', () => {
  const effects = [effect('1', 1), effect('2', 2), effect('3', 2), effect('4', 9)];
  const told = changesIn(buildTimeline({ ...NOTHING, changes: [change(1), change(2)], effects }));
  expect(told.map((one) => [one.by, one.version, one.effects.map(({ effectId }) => effectId)])).toEqual([
    ['iss|ann', 1, ['1']],
    ['iss|ann', 2, ['2', '3']],
    ['unknown', 9, ['4']],
  ]);
});

test('A change says from which status to which, also where only the archive knows it.', () => {
  const changes = [change(1, { status: 'created' }), change(2), change(3, { status: 'submitted' })];
  const told = changesIn(buildTimeline({ ...NOTHING, changes, statuses: new Map([[2, 'started']]) }));
  expect(told.map(({ statusBefore, status }) => [statusBefore, status])).toEqual([
    [null, 'created'],
    ['created', 'started'],
    ['started', 'submitted'],
  ]);
});

test('What was asked for and changed nothing is told without a version, a status or effects.', () => {
  const changes = [change(1, { status: 'submitted' }), change(null, { at: minute(5), status: 'submitted' })];
  expect(changesIn(buildTimeline({ ...NOTHING, changes })).at(-1)).toMatchObject({
    version: null,
    status: null,
    statusBefore: null,
    effects: [],
  });
});

test('At one instant the callback comes first, then its review, then the change that follows.', () => {
  const at = minute(3);
  const callback = { at, inboxId: '7', provider: 'psi', callback: 'review', state: 'applied' } as const;
  const review = { at, reviewId: '1', reviewStatus: 'Clean', provider: 'psi', reviewedBy: null };
  const entries = buildTimeline({
    ...NOTHING,
    changes: [change(2, { at })],
    callbacks: [{ ...callback, refusedBecause: null, endedAt: at }],
    reviews: [review],
    around: [
      { at, action: 'callback.forged', object: 'C', by: 'anonymous', reason: null, requestId: null, detail: {} },
    ],
  });
  expect(entries.map(({ kind }) => kind)).toEqual(['around', 'callback', 'review', 'change']);
});

test('Whatever came in whatever order is told once, oldest first.', () => {
  const facts = fc.record({
    changes: fc.array(fc.record({ version: fc.option(fc.nat(5)), at: fc.nat(20) })),
    effects: fc.array(fc.nat(7)),
  });
  fc.assert(
    fc.property(facts, (random) => {
      const changes = random.changes.map(({ version, at }) => change(version, { at: minute(at) }));
      const effects = random.effects.map((version, n) => effect(String(n), version));
      const told = buildTimeline({ ...NOTHING, changes, effects });
      const instants = told.map(({ at }) => at.getTime());
      expect(instants).toEqual([...instants].sort((a, b) => a - b));
      const shown = changesIn(told).flatMap((one) => one.effects.map(({ effectId }) => effectId));
      expect(shown.sort()).toEqual(effects.map(({ effectId }) => effectId).sort());
      expect(changesIn(told).filter(({ by }) => by !== 'unknown')).toHaveLength(changes.length);
    }),
  );
});
