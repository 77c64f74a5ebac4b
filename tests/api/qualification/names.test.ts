import { ApiFixture } from '../../support/api-fixture';
import { assignmentLine, groupLine, PLATFORM, SemesterFixture, studentLine } from '../../support/semester';

let api: ApiFixture;
let semester: SemesterFixture;

beforeAll(async () => {
  api = await ApiFixture.start();
  semester = new SemesterFixture(api);
  await semester.putTree();
});

afterAll(() => api.stop());

describe('Names', () => {
  const names = [
    '=HYPERLINK("http://evil.example";"x")',
    '+1+1',
    '-1-1',
    '@SUM(A1)',
    '\t=1',
    '<script>alert(1)</script>',
    '"quoted", with; commas',
    'line\r\nbreak',
    'Åse Ægir Østby',
    '\u202egnirts',
  ];

  it('with HTML, formulas and line ends come out as they are in JSON, and harmless in CSV', async () => {
    await semester.putPeriod('names', 'maths');
    const lines = names.map((fullName, at) =>
      studentLine(`n${at}`, { username: `n${at}`, email: `n${at}@example.org`, fullName }),
    );
    const assignment = { ...assignmentLine('=A1'), shortName: '=A1', longName: '<b>One</b>' };
    expect((await semester.import('names', [assignment, ...lines])).body).toMatchObject({ rejected: 0 });
    await semester.saveReady('names', PLATFORM);
    const students = await semester.get('/periods/names/qualification/statuses/1/students', PLATFORM);
    expect((students.body['items'] as { fullName: string }[]).map(({ fullName }) => fullName)).toEqual(names);
    const csv = await api.call(PLATFORM, 'GET', '/v1/periods/names/qualification/statuses/1/students.csv');
    expect(csv.headers['content-type']).toContain('text/csv');
    const cells = cellsOf(csv.text);
    expect(cells[0]).toContain("'=A1");
    for (const cell of cells.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
    expect(cells.slice(1).map((row) => row[2]?.replace(/^'/, ''))).toEqual(names);
  });
});

it('Ten thousand students of one name are decided, found, printed and saved, each once', async () => {
  await semester.putPeriod('many', 'maths');
  const ids = Array.from({ length: 10_000 }, (_, at) => `m${String(at).padStart(5, '0')}`);
  const lines = ids.map((id) =>
    studentLine(id, { username: id, email: `${id}@example.org`, fullName: 'Kari Nordmann' }),
  );
  const groups = ids.map((id, at) => groupLine({ groupId: at, assignmentId: 'a1', members: [id], points: at % 100 }));
  const imported = await semester.import('many', [assignmentLine('a1'), ...lines, ...groups]);
  expect(imported.body).toMatchObject({ accepted: 20_001, rejected: 0 });
  const draft = (await semester.draft({ plugin: 'approved.all' }, 'many', PLATFORM)).body;
  expect(draft).toMatchObject({ counts: { students: 10_000, qualify: 5_000 } });
  const url = `/periods/many/qualification/drafts/${String(draft['draftId'])}`;
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null && seen.length < 600;) {
    const query: string = `?limit=200&q=nordmann&sort=lastname${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { body } = await semester.get(`${url}/students${query}`, PLATFORM);
    seen.push(...(body['items'] as { userId: string }[]).map(({ userId }) => userId));
    cursor = body['nextCursor'] as string | null;
  }
  expect(seen).toEqual(ids.slice(0, 600));
  expect((await semester.get(`${url}/grid`, PLATFORM)).body['students']).toHaveLength(10_000);
  const saved = await semester.save(draft['draftId'], { status: 'ready' }, { caller: PLATFORM, periodId: 'many' });
  expect(saved.body).toMatchObject({ counts: { qualify: 5_000, fail: 5_000 } });
  const print = await semester.get('/periods/many/qualification/statuses/1/print', PLATFORM);
  const printed = print.body['qualified'] as { userId: string }[];
  expect(new Set(printed.map(({ userId }) => userId)).size).toBe(5_000);
}, 60_000);

/** Rows and cells as a spreadsheet reads them. */
function cellsOf(csv: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === '\r\n') rows.push([]);
  }
  return rows.filter((row) => row.length > 1);
}
