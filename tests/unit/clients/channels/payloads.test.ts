import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChannelSetup, Json } from '../../../../clients/channels/channel';
import { toChannelItem, type UnmappedItem } from '../../../support/channel-items';
import { assessment, type ChannelFixture, completion, COURSE, startChannels } from './channel-fixture';

/** The payload a dry run shows of this record, after the same payload was sent. */
async function sentPayload(kind: ChannelSetup['kind'], record: UnmappedItem): Promise<Json> {
  const channel = fixture.openChannel(kind);
  const item = toChannelItem(channel, record);
  if (item === null) throw new Error(`${kind} cannot express the record`);
  const shown = structuredClone(item.payload);
  expect(await channel.send([item])).toMatchObject([{ outcome: 'accepted' }]);
  return shown;
}

/** The bodies that left with this method, to an address that ends so. */
function bodies(kind: ChannelSetup['kind'], method: string, ending: RegExp): unknown[] {
  const requests = fixture.state(kind).log();
  const found = requests.filter((request) => request.method === method && ending.test(request.path));
  return found.map(({ body }) => JSON.parse(body) as unknown);
}

let fixture: ChannelFixture;

beforeEach(async () => {
  fixture = await startChannels();
  fixture.state('CANVAS').settings.courses = [COURSE];
});

afterEach(() => fixture.end());

describe('what a dry run shows is what leaves', () => {
  it('for SAP, as the body of the learning event', async () => {
    const shown = await sentPayload('SAP', completion('ann', { totalHours: 5.5 }));
    expect(bodies('SAP', 'POST', /learning-event$/)).toEqual([shown]);
  });

  it('for Degreed, as the body of the completion', async () => {
    const shown = await sentPayload('DEGREED2', completion('ann'));
    expect(bodies('DEGREED2', 'POST', /completions$/)).toEqual([shown]);
  });

  it('for xAPI, as the statement but for its id, alone and in a batch', async () => {
    const shown = await sentPayload('XAPI', completion('ann'));
    const id: unknown = expect.any(String);
    expect(bodies('XAPI', 'POST', /statements$/)).toEqual([{ id, ...(shown as object) }]);
    const channel = fixture.openChannel('XAPI');
    const items = ['bob', 'cem'].map((name) => toChannelItem(channel, completion(name)));
    await channel.send(items.flatMap((item) => item ?? []));
    const statements = items.map((item) => ({ id, ...(item?.payload as object) }));
    expect(bodies('XAPI', 'POST', /statements$/)[1]).toEqual(statements);
  });

  it.each([completion('ann'), assessment('ann', 'block-1')])(
    'for Canvas, as learner, course, assignment and grade',
    async (record) => {
      const shown = (await sentPayload('CANVAS', record)) as Record<string, Json>;
      const searches = fixture
        .state('CANVAS')
        .log()
        .map(({ query }) => query['search_term']);
      expect(searches.filter((term) => term !== undefined)).toEqual([shown['learner']]);
      expect(shown['course']).toBe(COURSE);
      expect(bodies('CANVAS', 'POST', /assignments$/)).toEqual([{ assignment: shown['assignment'] }]);
      expect(bodies('CANVAS', 'PUT', /submissions/)).toEqual([{ submission: shown['submission'] }]);
    },
  );

  it.each([completion('ann'), assessment('ann', 'block-1')])('for CSV, as the cells of the row', async (record) => {
    const shown = (await sentPayload('CSV', record)) as Record<string, string | number | boolean | null>;
    const folder = join(fixture.csvFolder, 'customer');
    const [part] = readdirSync(folder).filter((name) => name.endsWith('.csv'));
    const [header = [], cells = []] = readFileSync(join(folder, String(part)), 'utf8')
      .split('\r\n')
      .map((line) => line.split(','));
    const { record_key: key, ...row } = Object.fromEntries(header.map((name, at) => [name, cells[at]]));
    expect(key).toMatch(/^[0-9a-f]{32}$/);
    const texts = Object.entries(shown).map(([name, value]) => [name, value === null ? '' : String(value)]);
    expect(row).toEqual(Object.fromEntries(texts));
  });
});
