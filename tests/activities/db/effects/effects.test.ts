import type { DecidedEffect } from '../../../../db/attempts/archive-and-effects';
import { findByCode } from '../../../../db/attempts/find';
import { dueEffects, effectsOfAttempt, reopenEffect } from '../../../../db/effects/effects';
import { leaseEffect } from '../../../../db/effects/leases';
import { finishEffects } from '../../../../db/effects/outcomes';
import type { EffectAction } from '../../../../domain/attempts/effects';
import type { Attempt } from '../../../../domain/attempts/model';
import {
  anAttempt,
  anExam,
  created,
  creditSubmitted,
  attemptKeyOf,
  NOW,
  saved,
} from '../../../support/attempt-builders';
import { cloneDatabase, type TestDatabase } from '../../../support/test-database';

const LEASE = 60_000;
const satisfied: EffectAction = { name: 'credit.set', status: 'satisfied' };
const mail: EffectAction = { name: 'email', template: 'submitted' };
const providerStop: EffectAction = { name: 'provider.stop', provider: 'psi', externalId: null };
const remove: EffectAction = { name: 'provider.remove', provider: 'psi', externalId: null };

describe('effects', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await cloneDatabase(1);
  });
  afterAll(() => database.drop());

  async function attemptWith(actions: EffectAction[]): Promise<[Attempt, string[], DecidedEffect[]]> {
    const attempt = anAttempt((await anExam(database.db)).id);
    const stored = await created(database.db, attempt, actions);
    return [attempt, stored.map(({ effectId }) => effectId), stored];
  }

  const states = async (attempt: Attempt) =>
    (await effectsOfAttempt(database.db, attempt.id)).map(({ state }) => state);
  const attention = async (attempt: Attempt) =>
    (await findByCode(database.db, attempt.code, NOW))?.view.needsAttention ?? null;
  const leaseOf = (id: string | undefined, lease = LEASE) => leaseEffect(database.db, String(id), lease);
  const finish = async (id: string | undefined, state: 'done' | 'skipped' | 'failed' | 'retry') =>
    (await finishEffects(database.db, [{ effectId: String(id), state }])).get(String(id));

  it('carry a key of attempt, version and effect, and are due for their owner in order', async () => {
    const [attempt, ids, [first]] = await attemptWith([creditSubmitted, mail]);
    expect(first).toMatchObject({ key: `${attempt.id}:1:credit.set`, target: `credit|${attempt.examId}|u-1` });
    const due = await dueEffects(database.db, attemptKeyOf(attempt));
    expect(due.map(({ effectId, name }) => [effectId, name])).toEqual([
      [ids[0], 'credit.set'],
      [ids[1], 'email'],
    ]);
  });

  it('on one target are claimed one after the other, in order', async () => {
    const [, [first, second]] = await attemptWith([providerStop, remove]);
    expect(await leaseOf(second)).toMatchObject({ state: 'waiting' });
    expect(await leaseOf(first)).toMatchObject({ state: 'claimed', effect: { tries: 1 } });
    const waiting = await leaseOf(second);
    expect(waiting.state === 'waiting' && waiting.retryInMs > 1_000).toBe(true);
    await finish(first, 'failed');
    expect(await leaseOf(second)).toMatchObject({ state: 'claimed' });
  });

  it('are held by one of a hundred that claim at once', async () => {
    const [, [id]] = await attemptWith([mail]);
    const pool = database.connect(10);
    const leases = await Promise.all(Array.from({ length: 100 }, () => leaseEffect(pool, String(id), LEASE)));
    expect(leases.filter(({ state }) => state === 'claimed')).toHaveLength(1);
    expect(leases.filter(({ state }) => state === 'busy')).toHaveLength(99);
  });

  it('can be taken over when the lease ran out, and not before', async () => {
    const [, [id]] = await attemptWith([mail]);
    await leaseOf(id);
    expect(await leaseOf(id)).toMatchObject({ state: 'busy' });
    await database.db.raw(`update effects set lease_until = clock_timestamp() - interval '1 second' where id = ?`, [
      id ?? '',
    ]);
    expect(await leaseOf(id)).toMatchObject({ state: 'claimed', effect: { tries: 2 } });
  });

  it('return how they ended when claimed afterwards', async () => {
    const [, ids] = await attemptWith([creditSubmitted, mail, providerStop]);
    for (const id of ids) await leaseOf(id);
    await finishEffects(database.db, [
      { effectId: ids[0] ?? '', state: 'done' },
      { effectId: ids[1] ?? '', state: 'skipped', detail: 'not configured' },
      { effectId: ids[2] ?? '', state: 'failed', error: '400' },
    ]);
    expect(await Promise.all(ids.map((id) => leaseOf(id)))).toEqual([
      { state: 'done' },
      { state: 'skipped' },
      { state: 'failed', name: 'provider.stop', lastError: '400' },
    ]);
    expect(await leaseOf('999999')).toEqual({ state: 'missing' });
  });

  it('that are due are superseded by a newer one that replaces them', async () => {
    const [attempt, [old]] = await attemptWith([creditSubmitted, mail]);
    await saved(database.db, attempt, { status: 'verified' }, { actions: [satisfied, mail] });
    expect(await states(attempt)).toEqual(['superseded', 'due', 'due', 'due']);
    expect(await leaseOf(old)).toEqual({ state: 'superseded' });
  });

  it('in flight are superseded when their try fails after a newer one came, which waits until then', async () => {
    const [attempt, [old]] = await attemptWith([creditSubmitted]);
    await leaseOf(old);
    const { effects } = await saved(
      database.db,
      attempt,
      { status: 'verified' },
      { actions: [satisfied], leaseMs: LEASE },
    );
    expect(effects[0]).toMatchObject({ claimed: false, state: 'due' });
    expect(await finish(old, 'retry')).toBe('superseded');
    expect(await leaseOf(effects[0]?.effectId)).toMatchObject({ state: 'claimed' });
  });

  it('are claimed by the decision itself where nothing comes before them', async () => {
    const [attempt] = await attemptWith([mail]);
    const { effects } = await saved(
      database.db,
      attempt,
      { status: 'submitted' },
      { actions: [creditSubmitted, mail, providerStop, remove], leaseMs: LEASE },
    );
    expect(effects.map(({ name, claimed }) => [name, claimed])).toEqual([
      ['credit.set', true],
      ['email', false],
      ['provider.stop', true],
      ['provider.remove', false],
    ]);
  });

  it('that failed mark the attempt until none is left', async () => {
    const [attempt, ids] = await attemptWith([mail, providerStop]);
    for (const id of ids) await leaseOf(id);
    for (const id of ids) await finish(id, 'failed');
    expect(await attention(attempt)).toEqual(['effect-failed']);
    for (const id of ids) {
      expect(await attention(attempt)).toEqual(['effect-failed']);
      expect(await reopenEffect(database.db, id)).toBeDefined();
      await leaseOf(id);
      expect(await finish(id, 'done')).toBe('done');
    }
    expect(await attention(attempt)).toEqual([]);
    expect(await reopenEffect(database.db, ids[0] ?? '')).toBeUndefined();
  });

  it('that failed are superseded and no longer need attention when a newer one replaces them', async () => {
    const [attempt, [id]] = await attemptWith([creditSubmitted]);
    await leaseOf(id);
    await finish(id, 'failed');
    await saved(database.db, attempt, { status: 'verified' }, { actions: [satisfied] });
    expect(await states(attempt)).toEqual(['superseded', 'due']);
    expect(await attention(attempt)).toEqual([]);
  });

  it('ended by another holder cannot be ended again', async () => {
    const [, [id]] = await attemptWith([mail]);
    await leaseOf(id);
    expect(await finish(id, 'done')).toBe('done');
    expect(await finish(id, 'failed')).toBeUndefined();
  });
});
