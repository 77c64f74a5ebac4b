import type { StoredChannel } from '../../../db/exports/channels';
import { storeResults, type TransmissionResult } from '../../../db/exports/transmission-results';
import { type ReservedEntry, reserveBatch } from '../../../db/exports/transmissions';
import type { ApiAnswer } from '../../../dev/api-client';
import { ApiFixture, type TokenCaller } from '../../support/api-fixture';
import { auditOf } from '../../support/audit-log';
import { aChannel, aLedgerEntry, aRun, enrolled, NOW } from '../../support/export-builders';

const EXPORTER: TokenCaller = { sub: 'operator', scope: 'exports:write' };
const READER: TokenCaller = { sub: 'reader', scope: 'exports:read' };

let api: ApiFixture;
let channel: StoredChannel;

beforeAll(async () => {
  api = await ApiFixture.start();
});
afterAll(() => api.stop());
beforeEach(async () => {
  channel = await aChannel(api.database.db);
  await enrolled(api.database.db, channel.customerId, 5);
});

async function claimEntries(numbers: number[]): Promise<ReservedEntry[]> {
  const run = await aRun(api.database.db, channel, { singleEnrollmentId: String(numbers[0]) });
  return reserveBatch(api.database.db, {
    customerId: channel.customerId,
    configurationId: channel.id,
    level: 'completion',
    runId: run.id,
    resend: false,
    now: NOW,
    entries: numbers.map((n) => aLedgerEntry(n)),
  });
}

/** Rows of the enrollments 1, 2, ... in these states. */
async function rows(...states: (TransmissionResult['state'] | 'sending')[]): Promise<string[]> {
  const claimedEntries = await claimEntries(states.map((_state, at) => at + 1));
  const results = claimedEntries.flatMap(({ transmissionId }, at) => {
    const state = states[at];
    const how = { errorMessage: state === 'sent' ? '' : 'in-doubt: timeout', statusCode: null, response: null };
    return state === undefined || state === 'sending' ? [] : [{ transmissionId, state, ...how }];
  });
  await storeResults(api.database.db, results, NOW);
  return claimedEntries.map(({ transmissionId }) => transmissionId);
}

const transmissionsPath = (id?: string, customerId = channel.customerId): string =>
  `/v1/customers/${customerId}/transmissions${id === undefined ? '' : `/${id}/resolve`}`;

const resolve = (id: string, as: string, caller = EXPORTER, key?: string): Promise<ApiAnswer> =>
  api.call(caller, 'POST', transmissionsPath(id), { as }, key);

const audited = (id: string): Promise<object[]> => auditOf(api.database.db, `transmission:${id}`);

describe('The ledger by state', () => {
  it('lists what waits for a person, by pages, newest first', async () => {
    const ids = await rows('held', 'sent', 'held', 'failed', 'held');
    const first = await api.call(READER, 'GET', `${transmissionsPath()}?state=held&limit=2`);
    expect(first.body).toMatchObject({
      items: [ids[4], ids[2]].map((transmissionId) => ({ transmissionId, state: 'held', resolvedAs: null })),
    });
    const next = await api.call(
      READER,
      'GET',
      `${transmissionsPath()}?state=held&limit=2&cursor=${String(first.body['nextCursor'])}`,
    );
    expect(next.body).toMatchObject({ items: [{ transmissionId: ids[0] }], nextCursor: null });
    const one = await api.call(READER, 'GET', `${transmissionsPath()}?state=held&learnerId=u3&channelId=sap`);
    expect(one.body).toMatchObject({ items: [{ transmissionId: ids[2], errorMessage: 'in-doubt: timeout' }] });
    expect(await api.call(READER, 'GET', `${transmissionsPath()}?state=lost`)).toMatchObject({ status: 400 });
  });
});

describe('A held transmission', () => {
  it('seen at the channel counts as accepted', async () => {
    const [id] = (await rows('held')) as [string];
    const answer = await resolve(id, 'sent');
    const expected = { transmissionId: id, state: 'sent', resolvedAs: 'sent', errorMessage: '', learnerId: 'u1' };
    expect(answer).toMatchObject({ status: 200, body: expected });
    expect(await claimEntries([1])).toMatchObject([{ transmissionId: id, state: 'sent' }]);
  });

  it('that never arrived has failed, and is sent again', async () => {
    const [id] = (await rows('held')) as [string];
    const answer = await resolve(id, 'not-sent');
    const expected = { transmissionId: id, state: 'failed', resolvedAs: 'not-sent', errorMessage: 'not-sent' };
    expect(answer).toMatchObject({ status: 200, body: expected });
    expect(await claimEntries([1])).toMatchObject([{ state: 'new' }]);
  });

  it('resolved twice answers the same, refuses the contrary, and is written down once', async () => {
    const [id] = (await rows('held')) as [string];
    const first = await resolve(id, 'not-sent', EXPORTER, 'key-1');
    expect((await resolve(id, 'not-sent', EXPORTER, 'key-1')).body).toEqual(first.body);
    expect(await resolve(id, 'not-sent')).toMatchObject({ status: 200, body: first.body });
    const contrary = { code: 'transmission-not-held', detail: 'It was resolved as not-sent.' };
    expect(await resolve(id, 'sent')).toMatchObject({ status: 409, body: contrary });
    expect(await audited(id)).toMatchObject([
      {
        action: 'transmission.resolved',
        scope: 'exports:write',
        actor: expect.stringMatching(/\|operator$/),
        detail: { customerId: channel.customerId, channelId: 'sap', as: 'not-sent' },
      },
    ]);
  });

  it.each(['sending', 'sent', 'failed', 'quarantined'] as const)('is not one that is %s', async (state) => {
    const [id] = (await rows(state)) as [string];
    for (const as of ['sent', 'not-sent']) {
      const expected = { code: 'transmission-not-held', detail: `It is ${state}.` };
      expect(await resolve(id, as)).toMatchObject({ status: 409, body: expected });
    }
    expect(await audited(id)).toEqual([]);
  });

  it('is not there for other customers, other tokens, and under other numbers', async () => {
    const [id] = (await rows('held')) as [string];
    const other = await aChannel(api.database.db);
    const foreign = await api.call(EXPORTER, 'POST', transmissionsPath(id, other.customerId), { as: 'sent' });
    const unknown = await resolve('999999999', 'sent');
    for (const answer of [foreign, unknown]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'transmission-not-found' } });
    }
    const outside = await resolve(id, 'sent', { ...EXPORTER, customers: [other.customerId] });
    expect(outside).toMatchObject({ status: 404, body: { code: 'customer-not-found' } });
    expect(await resolve(id, 'sent', READER)).toMatchObject({ status: 403, body: { code: 'insufficient-scope' } });
    expect(await resolve(id, 'perhaps')).toMatchObject({ status: 400, body: { code: 'bad-request' } });
    const list = await api.call(READER, 'GET', `${transmissionsPath()}?state=held`);
    expect(list.body).toMatchObject({ items: [{ transmissionId: id }] });
  });
});
