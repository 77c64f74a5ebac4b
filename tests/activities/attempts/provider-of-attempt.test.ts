import type { CommandRequest } from '../../../contracts/attempts/commands';
import { callbackCommand } from '../../../contracts/attempts/commands';
import type { AttemptKey } from '../../../contracts/attempts/messages';
import { findByKey } from '../../../db/attempts/find';
import { AttemptFixture } from '../../support/attempt-fixture';
import { storeCallback } from '../../support/stored-callback';

let fixture: AttemptFixture;
beforeAll(async () => {
  fixture = await AttemptFixture.start({
    providers: (at) =>
      Object.entries(VENDORS).map(([name, ruleSet]) => ({
        name,
        title: name,
        supportsOnboarding: false,
        ruleSet,
        ...at(name),
      })),
  });
});
afterAll(() => fixture.stop());

const VENDORS = { ssc: 'classic', ssn: 'current', rc: 'classic', rn: 'current' } as const;
type Vendor = keyof typeof VENDORS;
const create: CommandRequest = { type: 'create', takingAsProctored: true };

interface Changes {
  exam?: { provider?: string | null; is_proctored?: boolean; is_active?: boolean };
  course?: string | null;
}

/** What a publish or an operator makes of the attempt's exam and course. */
async function change({ examId }: AttemptKey, { exam, course }: Changes): Promise<void> {
  const { course_id: courseId } = await fixture.knex('exams').where({ id: examId }).first();
  if (exam) await fixture.knex('exams').where({ id: examId }).update(exam);
  if (course !== undefined)
    await fixture.knex('courses').where({ course_id: courseId }).update({ proctoring_provider: course });
}

async function attemptAt(provider: Vendor, ...statuses: string[]): Promise<AttemptKey> {
  const key = await fixture.newKey({ provider });
  expect(await fixture.decide(key, create)).toMatchObject({ kind: 'applied' });
  for (const status of statuses) await fixture.change(key, status);
  return key;
}

async function review(key: AttemptKey, provider: string, reviewStatus: string): Promise<string> {
  const inboxId = await storeCallback(fixture, key, { provider, reviewStatus });
  await fixture.decide(key, { type: 'review', inboxId }, { commandId: callbackCommand(inboxId).commandId });
  return (await fixture.attempt(key)).status;
}

/** The calls about the exam's attempts, by provider. */
function callsTo(provider: string, { examId }: AttemptKey): string[] {
  const entries = fixture.simulator.journal.log({ service: `provider:${provider}` });
  return entries
    .filter(({ path }) => path.includes(`/exam/${examId}/attempt/`))
    .map(({ method, status }) => `${method} ${status}`);
}

const VANISHED: Changes['exam'] = { is_proctored: false, is_active: false };

describe('A review is judged by the rules of the provider that registered the attempt', () => {
  it.each<[string, Changes]>([
    ['the exam vanished, and the course names another provider', { exam: VANISHED, course: 'ssc' }],
    ['the exam vanished, and the course names none', { exam: VANISHED, course: null }],
    [
      'the exam is timed now, and the course names a provider that is not configured',
      { exam: { is_proctored: false }, course: 'x' },
    ],
    ['the exam has another provider now', { exam: { provider: 'ssc' }, course: 'ssc' }],
    ['nothing changed', {}],
  ])('when %s', async (_when, changes) => {
    const [current, classic] = [
      await attemptAt('ssn', 'started', 'submitted'),
      await attemptAt('ssc', 'started', 'submitted'),
    ];
    await change(current, changes);
    await change(classic, { ...changes, ...(changes.course === 'ssc' ? { course: 'ssn' } : {}) });
    expect(await review(current, 'ssn', 'Suspicious')).toBe('second_review_required');
    expect(await review(classic, 'ssc', 'Suspicious')).toBe('verified');
    expect(await review(await unproctored('ssn'), 'ssn', 'Rules Violation')).toBe('verified');
  });

  async function unproctored(provider: Vendor): Promise<AttemptKey> {
    const key = await attemptAt(provider, 'started', 'submitted');
    await change(key, { exam: { is_proctored: false }, course: null });
    return key;
  }

  it('also a second and a third one, after the exam left all providers', async () => {
    const key = await unproctored('ssn');
    for (const [verdict, status] of [
      ['Clean', 'verified'],
      ['Suspicious', 'second_review_required'],
      ['Clean', 'verified'],
    ] as const) {
      expect(await review(key, 'ssn', verdict)).toBe(status);
    }
  });

  it('of an attempt that was removed', async () => {
    const key = await attemptAt('ssn', 'submitted');
    await fixture.decide(key, { type: 'remove' });
    await change(key, { exam: { provider: 'ssc' } });
    expect((await findByKey(fixture.knex, key, new Date()))?.provider).toBe('ssn');
    expect(await review(key, 'ssn', 'Clean')).toBe('submitted');
  });
});

describe('Calls go to the provider that registered the attempt', () => {
  const pairs = (Object.keys(VENDORS) as Vendor[]).flatMap((from) =>
    (Object.keys(VENDORS) as Vendor[]).filter((to) => to !== from).map((to): [Vendor, Vendor] => [from, to]),
  );

  it.each(pairs)('when the exam moves from %s to %s before the start', async (from, to) => {
    const key = await attemptAt(from);
    await change(key, { exam: { provider: to }, course: to });
    for (const status of ['started', 'submitted']) await fixture.change(key, status);
    await fixture.decide(key, { type: 'remove' });
    const told = VENDORS[from] === 'current' ? ['PATCH 200', 'PATCH 200', 'DELETE 200'] : [];
    expect(callsTo(from, key)).toEqual(['POST 200', ...told]);
    expect(callsTo(to, key)).toEqual([]);
  });

  it.each<[string, Changes]>([
    ['is timed from now on', { exam: { is_proctored: false }, course: null }],
    ['vanished from the publish', { exam: VANISHED, course: 'ssc' }],
  ])('when the exam %s', async (_what, changes) => {
    const key = await attemptAt('rn', 'started');
    await change(key, changes);
    await fixture.change(key, 'submitted');
    await fixture.change(key, 'error');
    expect(callsTo('rn', key)).toEqual(['POST 200', 'PATCH 200', 'PATCH 200', 'PATCH 200']);
    expect((await fixture.effects(key)).map(({ name }) => name)).toContain('instructor.complete');
  });
});

describe('An attempt that nobody registered', () => {
  async function timed(course: string | null): Promise<AttemptKey> {
    const key = await fixture.newKey();
    await change(key, { exam: { is_proctored: false }, course });
    await fixture.decide(key, { type: 'create', takingAsProctored: false, start: true });
    return key;
  }
  const isFixed = async (key: AttemptKey): Promise<boolean> =>
    (await fixture.attempt(key)).allowedTimeLimitMins !== null;

  it('keeps the rules of its course’s provider at its creation, and no provider hears of it', async () => {
    const key = await timed('rn');
    expect(await isFixed(key)).toBe(true);
    await change(key, { course: 'rc' });
    await fixture.change(key, 'submitted');
    expect(await fixture.change(key, 'error')).toMatchObject({ attempt: { status: 'error' } });
    for (const name of Object.keys(VENDORS)) expect(callsTo(name, key)).toEqual([]);
  });

  it.each([null, 'x'])('follows DEFAULT_RULE_SET where the course names %s', async (course) => {
    const key = await timed(course);
    expect(await isFixed(key)).toBe(false);
    const activities = fixture.with({ defaultRuleSet: 'current' });
    const next = await fixture.newKey();
    await change(next, { exam: { is_proctored: false }, course });
    await fixture.decide(next, { type: 'create', takingAsProctored: false, start: true }, { activities });
    expect(await isFixed(next)).toBe(true);
  });
});

describe('A provider that leaves', () => {
  const without = (name: Vendor) =>
    fixture.with({ providers: fixture.dependencies.providers.filter((one) => one.name !== name) });
  const retiring = (name: Vendor) =>
    fixture.with({
      providers: fixture.dependencies.providers.map((one) => (one.name === name ? { ...one, retired: true } : one)),
    });

  it.each([
    ['retired', retiring],
    ['gone altogether', without],
  ])('%s registers nobody: 409, and nothing is written', async (_how, by) => {
    const key = await fixture.newKey({ provider: 'rn' });
    const refused = await fixture.decide(key, create, { activities: by('rn') });
    expect(refused).toMatchObject({ kind: 'refused', code: 'provider-not-configured' });
    expect(callsTo('rn', key)).toEqual([]);
    for (const table of ['attempts', 'commands', 'effects']) {
      expect(await fixture.knex(table).where({ user_id: key.userId })).toEqual([]);
    }
    await change(key, { exam: { is_proctored: false } });
    const timed = await fixture.decide(key, { type: 'create', takingAsProctored: false }, { activities: by('rn') });
    expect(timed).toMatchObject({ kind: 'applied' });
  });

  it('retired, is told of the attempts it registered, and its rules go on', async () => {
    const key = await attemptAt('rn', 'started', 'submitted');
    const activities = retiring('rn');
    const inboxId = await storeCallback(fixture, key, { provider: 'rn', reviewStatus: 'Suspicious' });
    await fixture.decide(key, { type: 'review', inboxId }, { activities });
    expect((await fixture.attempt(key)).status).toBe('second_review_required');
    await fixture.change(key, 'error', activities);
    expect(callsTo('rn', key)).toEqual(['POST 200', 'PATCH 200', 'PATCH 200', 'PATCH 200']);
  });
});
