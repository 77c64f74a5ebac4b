import { retryAfterMs } from '../../../../clients/http/retry-after';
import type { FaultSettings } from '../../../../dev/simulator/faults';
import { call, failure, REF, startPlatform, type PlatformFixture } from '../platform-fixture';

let fixture: PlatformFixture;
beforeEach(async () => {
  fixture = await startPlatform();
});
afterEach(() => fixture.end());

const setStatus = async (made = call()) => fixture.platform.credit?.setStatus({ ...REF, status: 'submitted' }, made);

async function under(fault: FaultSettings) {
  fixture.simulator.faults.set('credit', fault);
  return failure(setStatus());
}

it('gets one token for many calls at once', async () => {
  await Promise.all(Array.from({ length: 10 }, () => setStatus()));
  expect(fixture.simulator.journal.log({ service: 'token' })).toHaveLength(1);
});

it('renews a revoked token once and repeats the call under the same key', async () => {
  await setStatus();
  fixture.simulator.tokens.revokeAll();
  const repeated = call();
  await setStatus(repeated);
  expect(fixture.simulator.journal.log({ service: 'token' })).toHaveLength(2);
  const sent = fixture.simulator.journal
    .log({ service: 'credit' })
    .filter((entry) => entry.idempotencyKey === repeated.key);
  expect(sent.map((entry) => entry.status)).toEqual([401, 200]);
});

it('gives up retryably when a fresh token is refused as well', async () => {
  expect(await under({ status: 401 })).toMatchObject({ kind: 'retryable', status: 401 });
  expect(fixture.simulator.journal.log({ service: 'credit' })).toHaveLength(2);
});

it('calls it retryable when the token service refuses the client', async () => {
  fixture.simulator.tokens.refuse = true;
  expect(await failure(setStatus())).toMatchObject({ service: 'token', kind: 'retryable', status: 401 });
});

it('honours Retry-After in seconds and as a date', async () => {
  expect(await under({ status: 429, retryAfterSeconds: 7 })).toMatchObject({
    kind: 'retryable',
    status: 429,
    retryAfterMs: 7000,
  });
  const inAMinute = new Date(Date.now() + 60_000).toUTCString();
  const { retryAfterMs: wait } = await under({ status: 503, retryAfter: inAMinute });
  expect(wait).toBeGreaterThan(50_000);
  expect(wait).toBeLessThanOrEqual(60_000);
});

it('ignores a Retry-After it cannot read and takes a past date as now', () => {
  expect(retryAfterMs('soon')).toBeUndefined();
  expect(retryAfterMs('Thu, 01 Jan 1970 00:00:00 GMT')).toBe(0);
});

it.each([500, 502, 503, 408, 425])('calls status %i retryable', async (status) => {
  expect(await under({ status })).toMatchObject({ kind: 'retryable', status, message: `credit answered ${status}` });
});

it.each([400, 403, 409, 422])('calls status %i refused', async (refuse) => {
  expect(await under({ refuse })).toMatchObject({ kind: 'refused', status: refuse });
});

it('takes a reset connection as retryable', async () => {
  expect(await under({ outage: true })).toMatchObject({ kind: 'retryable', service: 'credit' });
});

it('takes an HTML page in place of JSON as retryable, whatever its status', async () => {
  expect(await under({ html: true })).toMatchObject({ kind: 'retryable', status: 200 });
  fixture.simulator.faults.set('courses', { html: true, status: 404 });
  expect(await failure(fixture.platform.courses?.exists('c1', call()))).toMatchObject({
    kind: 'retryable',
    status: 404,
  });
});

it('gives up at the time limit and at the caller’s signal', async () => {
  const hasty = await startPlatform({ SERVICE_TIMEOUT_MS: '100' });
  hasty.simulator.faults.set('credit', { hang: true });
  const status = { ...REF, status: 'submitted' };
  expect(await failure(hasty.platform.credit?.setStatus(status, call()))).toMatchObject({
    message: 'credit did not answer in time',
  });
  await hasty.end();

  fixture.simulator.faults.set('credit', { hang: true });
  const caller = new AbortController();
  const given = failure(setStatus({ key: 'given-up', signal: caller.signal }));
  caller.abort();
  expect(await given).toMatchObject({ kind: 'retryable', message: 'credit: the call was given up by its caller' });
});

it('has one effect when the answer is lost and the call repeated under its key', async () => {
  fixture.simulator.faults.set('credit', { dropAnswer: true, remaining: 1 });
  const made = call();
  expect(await failure(setStatus(made))).toMatchObject({ kind: 'retryable' });
  await setStatus(made);
  expect(fixture.simulator.journal.appliedEffects({ service: 'credit' })).toHaveLength(1);
  const log = fixture.simulator.journal.log({ service: 'credit' });
  expect(log.map(({ repeat, destroyed, status }) => ({ repeat, destroyed, status }))).toEqual([
    { repeat: false, destroyed: true, status: null },
    { repeat: true, destroyed: false, status: 200 },
  ]);
});
