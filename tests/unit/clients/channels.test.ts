import { Agent } from 'undici';
import { ForbiddenAddressError } from '../../../clients/http/address-guard';
import { ChannelCredentialsRefused, type RecordResult } from '../../../clients/channels/channel';
import { openChannel } from '../../../clients/channels/registry';
import { assessment, type ChannelWorld, completion, COURSE, SECRET, startChannels } from './channel-fixture';

const REMOTE = ['SAP', 'DEGREED2', 'CANVAS', 'XAPI'] as const;
const FAULTS = { SAP: 'channel:sap', DEGREED2: 'channel:degreed2', CANVAS: 'channel:canvas', XAPI: 'channel:lrs' };

function outcomes(results: readonly RecordResult[]): string[] {
  return results.map((result) => (result.outcome === 'refused' ? result.code : result.outcome));
}

describe('channels', () => {
  let world: ChannelWorld;

  beforeEach(async () => {
    world = await startChannels();
    world.state('CANVAS').settings.courses = [...Array.from({ length: 12 }, (_, at) => `edX+Other${at}`), COURSE];
  });

  afterEach(() => world.end());

  it.each(REMOTE)('%s takes each record of a batch once', async (kind) => {
    const results = await world.open(kind).send(['ann', 'bob', 'cem'].map((name) => completion(name)));
    expect(outcomes(results)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(world.state(kind).totals()).toMatchObject({ learners: 3, accepted: 3, refused: 0, doubled: 0 });
  });

  it.each(REMOTE)('%s loses one poison record of a batch and no other', async (kind) => {
    world.state(kind).settings.poison = ['bob', 'bob@example.com'];
    const names = ['ann', 'bob', 'cem', 'dov', 'eva', 'fay', 'gus'];
    const results = await world.open(kind).send(names.map((name) => completion(name)));
    expect(outcomes(results)).toEqual(['accepted', 'refused', ...Array<string>(5).fill('accepted')]);
    expect(results[1]).toMatchObject({ key: `key-bob-${COURSE}`, retryable: false, inDoubt: false, status: 400 });
    expect(world.state(kind).totals()).toMatchObject({ accepted: 6, doubled: 0 });
  });

  it.each(REMOTE)('%s fails for one learner as set, and takes the records of the others', async (kind) => {
    const down = { status: 500 };
    const cut = { error: 'connection' } as const;
    world.state(kind).settings.answers = { bob: down, 'bob@example.com': down, cem: cut, 'cem@example.com': cut };
    const send = (name: string): Promise<RecordResult[]> => world.open(kind).send([completion(name)]);
    expect(await send('bob')).toMatchObject([{ code: 'unavailable', retryable: true, inDoubt: false, status: 500 }]);
    expect(await send('cem')).toMatchObject([{ code: 'connection', retryable: true, inDoubt: true, status: null }]);
    expect(await send('dov')).toMatchObject([{ outcome: 'accepted' }]);
    expect(world.state(kind).totals()).toMatchObject({ accepted: 1, refused: 2 });
  });

  it.each(REMOTE)('%s tells how long a channel wants a pause, and tries nothing meanwhile', async (kind) => {
    Object.assign(world.state(kind).settings, { busyEvery: 1, retryAfterSeconds: 7 });
    const results = await world.open(kind).send([completion('ann'), completion('bob')]);
    expect(results).toEqual(
      ['ann', 'bob'].map((name) => ({
        key: `key-${name}-${COURSE}`,
        outcome: 'busy',
        status: 429,
        retryAfterMs: 7000,
      })),
    );
    expect(world.state(kind).log()).toHaveLength(1);
  });

  it.each(REMOTE)('%s stops at refused credentials, and the error names no secret', async (kind) => {
    world.state(kind).settings.refuseClient = true;
    const error: unknown = await world
      .open(kind)
      .send([completion('ann'), completion('bob')])
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ChannelCredentialsRefused);
    expect(JSON.stringify([error, String(error)])).not.toContain(SECRET);
    expect(world.state(kind).log()).toHaveLength(1);
    expect(await world.open(kind).health()).toMatchObject({ state: 'credentials-refused' });
  });

  it.each(REMOTE)('%s turns every odd answer into results that may be tried again', async (kind) => {
    const { faults } = world.simulator;
    const channel = world.open(kind, {}, { timeoutMs: 200 });
    for (const fault of [{ outage: true }, { status: 503 }, { html: true }, { hang: true }]) {
      faults.set(FAULTS[kind], fault);
      const results = await channel.send([completion('ann')]);
      expect(results).toEqual([expect.objectContaining({ outcome: 'refused', retryable: true })]);
    }
    faults.clear();
    expect(outcomes(await world.open(kind).send([completion('ann')]))).toEqual(['accepted']);
  });

  it.each(['SAP', 'DEGREED2', 'CANVAS'] as const)('%s fails a record for which no token came', async (kind) => {
    world.state(kind).settings.malformedToken = true;
    const results = await world.open(kind).send([completion('ann')]);
    expect(results).toEqual([expect.objectContaining({ outcome: 'refused', code: 'token', retryable: true })]);
    expect(world.state(kind).totals().accepted).toBe(0);
  });

  it.each(['DEGREED2', 'CANVAS'] as const)('%s asks for one token for many records at once', async (kind) => {
    const channel = world.open(kind);
    const sent = await Promise.all(['ann', 'bob', 'cem', 'dov'].map((name) => channel.send([completion(name)])));
    expect(outcomes(sent.flat())).toEqual(Array(4).fill('accepted'));
    expect(world.state(kind).tokensIssued).toBe(1);
  });

  it.each(['SAP', 'DEGREED2', 'CANVAS'] as const)('%s renews a token that ended early, once', async (kind) => {
    const channel = world.open(kind);
    await channel.send([completion('ann')]);
    world.state(kind).revokeTokens();
    expect(outcomes(await channel.send([completion('bob'), completion('ann')]))).toEqual(['accepted', 'accepted']);
    expect(world.state(kind).tokensIssued).toBe(kind === 'SAP' ? 3 : 2);
  });

  it('SAP holds one token per learner, or the one of the administrator', async () => {
    const batch = [completion('ann'), completion('ann', { courseId: 'edX+S02' }), completion('bob')];
    await world.open('SAP').send(batch);
    expect(world.state('SAP').tokensIssued).toBe(2);
    await world.open('SAP', { preventSelfSubmit: true }).send(batch);
    expect(world.state('SAP').tokensIssued).toBe(3);
  });

  it.each(['SAP', 'DEGREED2'] as const)('%s reads failures out of an answer that says 201', async (kind) => {
    world.state(kind).settings.failedInAnswer = ['bob', 'bob@example.com'];
    const results = await world.open(kind).send([completion('ann'), completion('bob')]);
    expect(outcomes(results)).toEqual(['accepted', 'refused-in-answer']);
  });

  it.each(['SAP', 'DEGREED2', 'CANVAS'] as const)('%s says which learner is gone', async (kind) => {
    world.state(kind).settings.gone = ['bob', 'bob@example.com'];
    const [ann, bob] = await world.open(kind).send([completion('ann'), completion('bob')]);
    expect(ann).toMatchObject({ outcome: 'accepted' });
    expect(bob).toMatchObject({ outcome: 'refused', learnerInactive: true });
  });

  it('a dropped answer leaves a record in doubt', async () => {
    const channel = world.open('SAP');
    await channel.send([completion('bob')]);
    world.simulator.faults.set('channel:sap', { dropAnswer: true });
    const [result] = await channel.send([completion('bob', { courseId: 'edX+S02' })]);
    expect(result).toMatchObject({ outcome: 'refused', code: 'connection', inDoubt: true, retryable: true });
    expect(world.state('SAP').totals().accepted).toBe(2);
  });

  it.each(['XAPI', 'CANVAS'] as const)('%s has a record once, however often it is sent', async (kind) => {
    const names = ['ann', 'bob', 'cem'].map((name) => completion(name));
    world.simulator.faults.set(FAULTS[kind], { dropAnswer: true, remaining: kind === 'XAPI' ? 1 : 3 });
    await world.open(kind).send(names);
    await world.open(kind).send(names);
    const results = await world.open(kind).send(names);
    expect(outcomes(results)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(world.state(kind).totals()).toMatchObject({ learners: 3, accepted: 3, doubled: 0 });
    expect(world.state(kind).totals().repeated).toBeGreaterThanOrEqual(3);
  });

  it('xAPI refuses other content under a key that a statement has already', async () => {
    const channel = world.open('XAPI');
    await channel.send([completion('ann')]);
    const [other] = await channel.send([completion('ann', { percent: null })]);
    expect(other).toMatchObject({ outcome: 'refused', code: 'conflict', retryable: false });
  });

  it('Canvas makes one assignment for many records at once', async () => {
    const channel = world.open('CANVAS');
    const sent = ['ann', 'bob', 'cem'].map((name) => channel.send([assessment(name, 'block-1')]));
    expect(outcomes((await Promise.all(sent)).flat())).toEqual(['accepted', 'accepted', 'accepted']);
    const made = world
      .state('CANVAS')
      .log()
      .filter(({ method, path }) => method === 'POST' && path.endsWith('/assignments'));
    expect(made).toHaveLength(1);
  });

  it('SAP does not tell a completion of the future', async () => {
    const [result] = await world
      .open('SAP')
      .send([completion('ann', { completedAt: new Date(Date.now() + 3_600_000) })]);
    expect(result).toMatchObject({ outcome: 'refused', code: 'completed-in-future' });
    expect(world.state('SAP').log()).toHaveLength(0);
  });

  it('a connection that its look-up forbids is refused for good', async () => {
    const dispatcher = new Agent({
      connect: { lookup: (_host, _options, found) => found(new ForbiddenAddressError('private'), '', 4) },
    });
    const setup = { ...world.setup('DEGREED2'), baseUrl: 'http://channel.example' };
    const [result] = await openChannel(setup, { dispatcher, timeoutMs: 2000 }).send([completion('ann')]);
    expect(result).toMatchObject({ outcome: 'refused', code: 'address-refused', retryable: false, inDoubt: false });
    await dispatcher.destroy();
  });

  it('nothing leaves for an address the guard refuses', async () => {
    const guard = (): void => {
      throw new Error('private address');
    };
    const [result] = await world.open('DEGREED2', {}, { guard }).send([completion('ann')]);
    expect(result).toMatchObject({ outcome: 'refused', code: 'address-refused' });
    expect(world.state('DEGREED2').log()).toHaveLength(0);
  });

  it('a batch that is given up tells what was not tried', async () => {
    const results = await world.open('DEGREED2').send([completion('ann'), completion('bob')], AbortSignal.abort());
    expect(outcomes(results)).toEqual(['cancelled', 'cancelled']);
  });
});
