import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { csvRow } from '../../../../clients/channels/csv-cells';
import { nextPage } from '../../../../clients/channels/links';
import { percentOf, percentText } from '../../../../clients/channels/percent';
import { channelDefinition, channelKinds, openChannel } from '../../../../clients/channels/registry';
import { isSameStatement, statementId } from '../../../../clients/channels/xapi-statement';
import { type Decimal, toDecimal } from '../../../../domain/exports/decimal';
import { assessment, type ChannelFixture, completion, SECRET, startChannels } from './channel-fixture';

function decimal(value: number | string): Decimal {
  const read = toDecimal(value);
  if (read === null) throw new Error('no decimal');
  return read;
}

describe('what is sent to channels', () => {
  it('is a percent without what binary fractions add to it', () => {
    expect([0.57, 0.29, 0.07, 1, 0, '0.875'].map((share) => percentOf(decimal(share)))).toEqual([
      57, 29, 7, 100, 0, 87.5,
    ]);
    expect([0.7, 0.57, 0.3333].map((share) => percentText(decimal(share)))).toEqual(['70.0%', '57.0%', '33.33%']);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000 }), (hundredths) => {
        expect(percentOf(decimal(hundredths / 10_000))).toBe(hundredths / 100);
      }),
    );
  });

  it('goes under statement ids that follow from the key alone', () => {
    expect(statementId('a')).toBe(statementId('a'));
    expect(statementId('a')).not.toBe(statementId('b'));
    expect(statementId('a')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('is the same statement if a store added to it, and another if the result differs', () => {
    const ours = { version: '1.0.3', actor: { mbox: 'mailto:a' }, result: { success: true } };
    expect(isSameStatement(ours, { ...ours, version: '1.0.0', id: 'x', stored: 'now' })).toBe(true);
    expect(isSameStatement(ours, { ...ours, result: { success: true, completion: true } })).toBe(false);
    expect(isSameStatement(ours, { ...ours, actor: { mbox: 'mailto:b' } })).toBe(false);
  });

  it('follows the pages of Canvas on its own origin only', () => {
    const links = (next: string): string =>
      `<https://c.example/a?page=1>; rel="current", <${next}>; rel="next", <https://c.example/a?page=2>; rel="last"`;
    expect(nextPage(links('https://c.example/a?page=2'), 'https://c.example')).toBe('https://c.example/a?page=2');
    expect(nextPage(links('https://evil.example/a?page=2'), 'https://c.example')).toBeNull();
    expect(nextPage('<https://c.example/a?page=2>; rel="next"', 'https://c.example')).toBeNull();
    expect(nextPage(null, 'https://c.example')).toBeNull();
  });
});

describe('setups of channels', () => {
  let fixture: ChannelFixture;

  beforeAll(async () => {
    fixture = await startChannels();
  });

  afterAll(() => fixture.end());

  it('are found well as the fixtures have them, and name what is wrong without its value', () => {
    for (const kind of channelKinds()) {
      const definition = channelDefinition(kind);
      expect(definition?.validate(fixture.setup(kind))).toEqual([]);
      const wrong = { ...fixture.setup(kind), credentials: { unknown: SECRET } };
      const problems = definition?.validate(wrong) ?? [];
      expect(problems.length).toBeGreaterThan(0);
      expect(JSON.stringify(problems)).not.toContain(SECRET);
      expect(() => openChannel(wrong, { dispatcher: {} as never, timeoutMs: 1 })).toThrow(/credentials/);
    }
  });

  it.each(['ftp://x.example', 'https://user:pass@x.example', 'https://x.example/?key=1', 'nonsense'])(
    'refuse the address %s',
    (baseUrl) => {
      const problems = channelDefinition('SAP')?.validate({ ...fixture.setup('SAP'), baseUrl }) ?? [];
      expect(problems.map(({ field }) => field)).toEqual(['baseUrl']);
    },
  );

  it('lead a CSV channel to no folder outside its own', () => {
    for (const folder of ['../up', '/etc', 'a/../../b', '.hidden', '']) {
      expect(channelDefinition('CSV')?.validate(fixture.setup('CSV', { folder }))).not.toEqual([]);
    }
  });
});

describe('the CSV channel', () => {
  let fixture: ChannelFixture;

  beforeEach(async () => {
    fixture = await startChannels();
  });

  afterEach(() => fixture.end());

  const files = (ending: string): string[] =>
    readdirSync(join(fixture.csvFolder, 'customer')).filter((name) => name.endsWith(ending));
  const rows = (): string[] =>
    files('.csv').flatMap((name) =>
      readFileSync(join(fixture.csvFolder, 'customer', name), 'utf8')
        .trimEnd()
        .split('\r\n')
        .slice(1),
    );

  it('writes a part with its manifest, and no row twice, whatever batch it comes in again', async () => {
    const all = [completion('ann'), completion('bob'), assessment('cem', 'block-1')];
    expect((await fixture.open('CSV').send(all)).map(({ outcome }) => outcome)).toEqual(Array(3).fill('accepted'));
    expect(files('.json')).toHaveLength(1);
    await fixture.open('CSV').send([...all.slice(1), completion('dov')]);
    expect(rows()).toHaveLength(4);
    expect(new Set(rows()).size).toBe(4);
    expect(files('.tmp')).toEqual([]);
  });

  it('defuses formulas and quotes what needs it', () => {
    expect(csvRow(['=1+1', '+49', '-x', '@a', -1.5, 'a"b', 'a,b', null, true])).toBe(
      `'=1+1,'+49,'-x,'@a,-1.5,"a""b","a,b",,true\r\n`,
    );
  });

  it('fails its records where nothing can be written', async () => {
    const inTheWay = join(fixture.csvFolder, 'file');
    writeFileSync(inTheWay, '');
    const channel = fixture.open('CSV', {}, { csvFolder: inTheWay });
    expect(await channel.send([completion('ann')])).toEqual([
      expect.objectContaining({ outcome: 'refused', code: 'unavailable', retryable: true }),
    ]);
    expect(await channel.health()).toMatchObject({ state: 'unreachable' });
  });
});
