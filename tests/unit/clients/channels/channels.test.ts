import { Agent } from 'undici';
import { ChannelCredentialsRefused, type RecordResult } from '../../../../clients/channels/record-result';
import { openChannel } from '../../../../clients/channels/registry';
import { ForbiddenAddressError } from '../../../../clients/http/address-guard';
import { sendRecords } from '../../../support/channel-items';
import { assessment, type ChannelFixture, completion, COURSE, SECRET, startChannels } from './channel-fixture';

const REMOTE = ['SAP', 'DEGREED2', 'CANVAS', 'XAPI'] as const;
const FAULTS = { SAP: 'channel:sap', DEGREED2: 'channel:degreed2', CANVAS: 'channel:canvas', XAPI: 'channel:lrs' };

function outcomes(results: readonly RecordResult[]): string[] {
  return results.map((result) => (result.outcome === 'refused' ? result.code : result.outcome));
}

describe('channels', () => {
  let fixture: ChannelFixture;

  beforeEach(async () => {
    fixture = await startChannels();
    fixture.state('CANVAS').settings.courses = [...Array.from({ length: 12 }, (_, at) => `edX+Other${at}`), COURSE];
  });

  afterEach(() => fixture.end());

  it.each(REMOTE)('%s takes each record of a batch once', async (kind) => {
    const results = await fixture.open(kind).send(['ann', 'bob', 'cem'].map((name) => completion(name)));
    expect(outcomes(results)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(fixture.state(kind).totals()).toMatchObject({ learners: 3, accepted: 3, refused: 0, doubled: 0 });
  });

  it.each(REMOTE)('%s fails one refused record of a batch and no other', async (kind) => {
    fixture.state(kind).settings.poison = ['bob', 'bob@example.com'];
    const names = ['ann', 'bob', 'cem', 'dov', 'eva', 'fay', 'gus'];
    const results = await fixture.open(kind).send(names.map((name) => completion(name)));
    expect(outcomes(results)).toEqual(['accepted', 'refused', ...Array<string>(5).fill('accepted')]);
    expect(results[1]).toMatchObject({ key: `key-bob-${COURSE}`, retryable: false, inDoubt: false, status: 400 });
    expect(fixture.state(kind).totals()).toMatchObject({ accepted: 6, doubled: 0 });
  });

  it.each(REMOTE)('%s fails for one learner as set, and takes the records of the others', async (kind) => {
    const down = { status: 500 };
    const cut = { error: 'connection' } as const;
    fixture.state(kind).settings.answers = { bob: down, 'bob@example.com': down, cem: cut, 'cem@example.com': cut };
    const send = (name: string): Promise<RecordResult[]> => fixture.open(kind).send([completion(name)]);
    expect(await send('bob')).toMatchObject([{ code: 'unavailable', retryable: true, inDoubt: false, status: 500 }]);
    expect(await send('cem')).toMatchObject([{ code: 'connection', retryable: true, inDoubt: true, status: null }]);
    expect(await send('dov')).toMatchObject([{ outcome: 'accepted' }]);
    expect(fixture.state(kind).totals()).toMatchObject({ accepted: 1, refused: 2 });
  });

  it.each(REMOTE)('%s tells how long a channel wants a pause, and tries nothing meanwhile', async (kind) => {
    Object.assign(fixture.state(kind).settings, { busyEvery: 1, retryAfterSeconds: 7 });
    const results = await fixture.open(kind).send([completion('ann'), completion('bob')]);
    expect(results).toEqual(
      ['ann', 'bob'].map((name) => ({
        key: `key-${name}-${COURSE}`,
        outcome: 'busy',
        status: 429,
        retryAfterMs: 7000,
      })),
    );
    expect(fixture.state(kind).log()).toHaveLength(1);
  });

  it.each(REMOTE)('%s stops at refused credentials, and the error names no secret', async (kind) => {
    fixture.state(kind).settings.refuseClient = true;
    const error: unknown = await fixture
      .open(kind)
      .send([completion('ann'), completion('bob')])
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ChannelCredentialsRefused);
    expect(JSON.stringify([error, String(error)])).not.toContain(SECRET);
    expect(fixture.state(kind).log()).toHaveLength(1);
    expect(await fixture.open(kind).health()).toMatchObject({ state: 'credentials-refused' });
  });

  it.each(REMOTE)('%s turns every odd answer into results that may be tried again', async (kind) => {
    const { faults } = fixture.simulator;
    const channel = fixture.open(kind, {}, { timeoutMs: 200 });
    for (const fault of [{ outage: true }, { status: 503 }, { html: true }, { hang: true }]) {
      faults.set(FAULTS[kind], fault);
      const results = await channel.send([completion('ann')]);
      expect(results).toEqual([expect.objectContaining({ outcome: 'refused', retryable: true })]);
    }
    faults.clear();
    expect(outcomes(await fixture.open(kind).send([completion('ann')]))).toEqual(['accepted']);
  });

  it.each(['SAP', 'DEGREED2', 'CANVAS'] as const)('%s fails a record for which no token came', async (kind) => {
    fixture.state(kind).settings.malformedToken = true;
    const results = await fixture.open(kind).send([completion('ann')]);
    expect(results).toEqual([expect.objectContaining({ outcome: 'refused', code: 'token', retryable: true })]);
    expect(fixture.state(kind).totals().accepted).toBe(0);
  });

  it.each(['DEGREED2', 'CANVAS'] as const)('%s asks for one token for many records at once', async (kind) => {
    const channel = fixture.open(kind);
    const sent = await Promise.all(['ann', 'bob', 'cem', 'dov'].map((name) => channel.send([completion(name)])));
    expect(outcomes(sent.flat())).toEqual(Array(4).fill('accepted'));
    expect(fixture.state(kind).tokensIssued).toBe(1);
  });

  it.each(['SAP', 'DEGREED2', 'CANVAS'] as const)('%s renews a token that ended early, once', async (kind) => {
    const channel = fixture.open(kind);
    await channel.send([completion('ann')]);
    fixture.state(kind).revokeTokens();
    expect(outcomes(await channel.send([completion('bob'), completion('ann')]))).toEqual(['accepted', 'accepted']);
    expect(fixture.state(kind).tokensIssued).toBe(kind === 'SAP' ? 3 : 2);
  });

  it('SAP holds one token per learner, or the one of the administrator', async () => {
    const batch = [completion('ann'), completion('ann', { courseId: 'edX+S02' }), completion('bob')];
    await fixture.open('SAP').send(batch);
    expect(fixture.state('SAP').tokensIssued).toBe(2);
    await fixture.open('SAP', { preventSelfSubmit: true }).send(batch);
    expect(fixture.state('SAP').tokensIssued).toBe(3);
  });

  it.each(['SAP', 'DEGREED2'] as const)('%s reads failures out of an answer that says 201', async (kind) => {
    fixture.state(kind).settings.failedInAnswer = ['bob', 'bob@example.com'];
    const results = await fixture.open(kind).send([completion('ann'), completion('bob')]);
    expect(outcomes(results)).toEqual(['accepted', 'refused-in-answer']);
  });

  it.each(['SAP', 'DEGREED2', 'CANVAS'] as const)('%s says which learner is gone', async (kind) => {
    fixture.state(kind).settings.gone = ['bob', 'bob@example.com'];
    const [ann, bob] = await fixture.open(kind).send([completion('ann'), completion('bob')]);
    expect(ann).toMatchObject({ outcome: 'accepted' });
    expect(bob).toMatchObject({ outcome: 'refused', learnerInactive: true });
  });

  it('a dropped answer leaves a record in doubt', async () => {
    const channel = fixture.open('SAP');
    await channel.send([completion('bob')]);
    fixture.simulator.faults.set('channel:sap', { dropAnswer: true });
    const [result] = await channel.send([completion('bob', { courseId: 'edX+S02' })]);
    expect(result).toMatchObject({ outcome: 'refused', code: 'connection', inDoubt: true, retryable: true });
    expect(fixture.state('SAP').totals().accepted).toBe(2);
  });

  it.each(['XAPI', 'CANVAS'] as const)('%s has a record once, however often it is sent', async (kind) => {
    const names = ['ann', 'bob', 'cem'].map((name) => completion(name));
    fixture.simulator.faults.set(FAULTS[kind], { dropAnswer: true, remaining: kind === 'XAPI' ? 1 : 3 });
    await fixture.open(kind).send(names);
    await fixture.open(kind).send(names);
    const results = await fixture.open(kind).send(names);
    expect(outcomes(results)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(fixture.state(kind).totals()).toMatchObject({ learners: 3, accepted: 3, doubled: 0 });
    expect(fixture.state(kind).totals().repeated).toBeGreaterThanOrEqual(3);
  });

  it('xAPI refuses other content under a key that a statement has already', async () => {
    const channel = fixture.open('XAPI');
    await channel.send([completion('ann')]);
    const [other] = await channel.send([completion('ann', { percent: null })]);
    expect(other).toMatchObject({ outcome: 'refused', code: 'conflict', retryable: false });
  });

  it('Canvas makes one assignment for many records at once', async () => {
    const channel = fixture.open('CANVAS');
    const sent = ['ann', 'bob', 'cem'].map((name) => channel.send([assessment(name, 'block-1')]));
    expect(outcomes((await Promise.all(sent)).flat())).toEqual(['accepted', 'accepted', 'accepted']);
    const made = fixture
      .state('CANVAS')
      .log()
      .filter(({ method, path }) => method === 'POST' && path.endsWith('/assignments'));
    expect(made).toHaveLength(1);
  });

  it('SAP does not send a completion of the future', async () => {
    const [result] = await fixture
      .open('SAP')
      .send([completion('ann', { completedAt: new Date(Date.now() + 3_600_000) })]);
    expect(result).toMatchObject({ outcome: 'refused', code: 'completed-in-future' });
    expect(fixture.state('SAP').log()).toHaveLength(0);
  });

  it('a connection that its look-up forbids is refused for good', async () => {
    const dispatcher = new Agent({
      connect: { lookup: (_host, _options, found) => found(new ForbiddenAddressError('private'), '', 4) },
    });
    const setup = { ...fixture.setup('DEGREED2'), baseUrl: 'http://channel.example' };
    const [result] = await sendRecords(openChannel(setup, { dispatcher, timeoutMs: 2000 }), [completion('ann')]);
    expect(result).toMatchObject({ outcome: 'refused', code: 'address-refused', retryable: false, inDoubt: false });
    await dispatcher.destroy();
  });

  it('nothing leaves for an address the guard refuses', async () => {
    const guard = (): void => {
      throw new Error('private address');
    };
    const [result] = await fixture.open('DEGREED2', {}, { guard }).send([completion('ann')]);
    expect(result).toMatchObject({ outcome: 'refused', code: 'address-refused' });
    expect(fixture.state('DEGREED2').log()).toHaveLength(0);
  });

  it('a batch that is aborted reports what was not tried', async () => {
    const results = await fixture.open('DEGREED2').send([completion('ann'), completion('bob')], AbortSignal.abort());
    expect(outcomes(results)).toEqual(['cancelled', 'cancelled']);
  });
});
