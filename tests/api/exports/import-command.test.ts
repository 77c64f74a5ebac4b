import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../../dev/ports';
import { ApiFixture } from '../../support/api-fixture';
import { CommandLine } from '../../support/command-line';
import { aChannel } from '../../support/export-builders';

jest.setTimeout(60_000);

let api: ApiFixture;
let folder: string;
let customerId: string;
let env: Record<string, string>;

beforeAll(async () => {
  api = await ApiFixture.start();
  await api.app.listen({ port: 0, host: '127.0.0.1' });
  folder = mkdtempSync(join(tmpdir(), 'invigil-import-'));
  ({ customerId } = await aChannel(api.database.db));
  const { port } = api.app.server.address() as AddressInfo;
  env = {
    INVIGIL_URL: `http://127.0.0.1:${port}`,
    INVIGIL_TOKEN: await api.token({ sub: 'importer', scope: 'exports:write' }),
  };
});
afterAll(async () => {
  await api.stop();
  rmSync(folder, { recursive: true });
});

function fileOf(...lines: object[]): string {
  const file = join(folder, 'lines.ndjson');
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return file;
}

function importing(...args: string[]): CommandLine {
  return CommandLine.startWith(env, 'import', '--customer', customerId, ...args);
}

const ANN = { kind: 'learner', userId: '100', username: 'ann' };

test('All lines stored is 0, with a count by kind and how much was sent.', async () => {
  const cli = importing(fileOf(ANN, { kind: 'consent', userId: '100', courseId: 'X+1', granted: true }));
  expect(await cli.code()).toBe(0);
  expect(cli.out).toBe('2 stored (learner 1, consent 1), 0 faulty\n');
  expect(cli.err).toMatch(/^100 %, 0\.0 MB sent/);
});

test('Faulty lines are 1 and named, the good ones are kept; standard input will do.', async () => {
  const cli = importing('--errors', '1', '-').feed(`${JSON.stringify(ANN)}\n{"kind":"nobody"}\nnonsense\n`);
  expect(await cli.code()).toBe(1);
  expect(cli.out).toBe('1 stored (learner 1), 2 faulty\n');
  expect(cli.err).toMatch(/^line 2: /m);
  expect(cli.err).toContain('… and 1 more');
});

test('A refusal is 1, in one line, however much of the file is left.', async () => {
  const many = fileOf(...Array.from({ length: 100_000 }, (_, at) => ({ ...ANN, userId: `${at}` })));
  const cli = CommandLine.startWith(env, 'import', '--customer', 'nobody', many);
  expect(await cli.code()).toBe(1);
  expect(cli.err).toBe('No such customer (customer-not-found)\n');
});

test.each([
  ['a file that is not there', ['nofile.ndjson'], 'nofile.ndjson: there is no such file.'],
  ['a folder', ['.'], '.: that is a folder, not a file.'],
])('For %s it ends, 1, and says so.', async (_what, args, says) => {
  const cli = importing(...args);
  expect(await cli.code()).toBe(1);
  expect(cli.err.trim()).toBe(says);
});

test('Where nobody listens it ends, 1, and names the address and where it is from.', async () => {
  const port = await freePort();
  const cli = CommandLine.startWith(
    { ...env, INVIGIL_URL: `http://127.0.0.1:${port}` },
    'import',
    '--customer',
    'a',
    '-',
  );
  expect(await cli.feed(JSON.stringify(ANN)).code()).toBe(1);
  expect(cli.err).toContain(
    `Nothing answers at http://127.0.0.1:${port} (ECONNREFUSED); the address is from INVIGIL_URL.`,
  );
  expect(cli.err).toContain('npm start');
});

describe('something else on the port', () => {
  let other: Server;
  beforeAll((done) => {
    other = createServer((_request, response) => response.end('<html>hello</html>')).listen(0, '127.0.0.1', done);
  });
  afterAll((done) => {
    other.close(done);
  });

  test.each([
    ['import', () => ['import', '--customer', 'a', '-']],
    ['export', () => ['export', '--customer', 'a', '--channel', 'b']],
    ['publish', () => ['publish', fileOf({ courseId: 'c1' })]],
  ])('is not taken for the API by %s.', async (_what, argsOf) => {
    const { port } = other.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const cli = CommandLine.startWith({ ...env, INVIGIL_URL: url }, ...argsOf()).feed('{}');
    expect(await cli.code()).toBe(1);
    expect(cli.err.trim()).toBe(`${url} does not answer as Invigil does; the address is from INVIGIL_URL.`);
  });
});
