import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invigil } from './in-process';

const SUBCOMMANDS = ['migrate', 'publish', 'import', 'export', 'providers', 'reconcile', 'token', 'doctor'];
/** What a subcommand does not go without. */
const NEEDED: Record<string, string[]> = {
  import: ['--customer', 'a'],
  token: ['--scope', 'exams:read', '--sub', 'ada'],
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'invigil-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

test('Help is 0 on standard output and lists every subcommand, each with a help of its own and an example.', async () => {
  const all = await invigil('--help');
  expect(all).toMatchObject({ code: 0, err: '' });
  for (const name of SUBCOMMANDS) {
    expect(all.out).toMatch(new RegExp(`^  ${name} `, 'm'));
    const one = await invigil(name, '--help');
    expect(one).toMatchObject({ code: 0, err: '' });
    expect(one.out).toContain(`Usage: invigil ${name}`);
    expect(one.out).toMatch(new RegExp(`^Example: .*invigil ${name}`, 'm'));
  }
});

test('Without a subcommand it is 2, with the help on standard error.', async () => {
  const { code, out, err } = await invigil();
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toContain('Usage: invigil');
});

test.each([
  ['an unknown subcommand', ['publsh'], /unknown command 'publsh'[\s\S]*Did you mean publish/],
  ...SUBCOMMANDS.map((name): [string, string[], RegExp] => [
    `an unknown option of ${name}`,
    [name, ...(NEEDED[name] ?? []), '--bogus'],
    new RegExp(`'--bogus'[\\s\\S]*See: invigil ${name} --help`),
  ]),
  ['a missing file', ['publish'], /missing required argument 'file'/],
  ['a file too many', ['publish', 'a.yaml', 'b.yaml'], /too many arguments/],
  ['a missing option', ['import', 'a.ndjson'], /required option '--customer/],
  [
    'a number that is none',
    ['reconcile', '--concurrency', 'many'],
    /--concurrency many is no whole number from 1 to 200/,
  ],
  ['zero', ['reconcile', '--settle-ms', '0'], /--settle-ms 0 is no whole number/],
  [
    'half a pair',
    ['export', '--customer', 'a', '--channel', 'b', '--learner', 'c'],
    /--learner and --course go together/,
  ],
  ['two actions', ['export', '--follow', '1', '--cancel', '2'], /go alone/],
  ['an unknown level', ['export', '--customer', 'a', '--channel', 'b', '--level', 'x'], /completion or assessment/],
  ['no time', ['export', '--customer', 'a', '--channel', 'b', '--as-of', 'noon'], /--as-of noon is no time/],
  ['an empty learner', ['providers', '--retire', ''], /names no learner/],
  ['a wrong address', ['doctor', '--url', 'nonsense'], /"nonsense" \(--url\) is no http or https address/],
])('%s is 2 and says how it is used, in a few lines.', async (_what, args, says) => {
  const { code, out, err } = await invigil(...args);
  expect(code).toBe(2);
  expect(out).toBe('');
  expect(err).toMatch(says);
  expect(err).toContain('See: invigil');
  expect(err.trim().split('\n').length).toBeLessThanOrEqual(3);
});

test.each([
  ['not there', () => join(folder, 'nofile.yaml'), /nofile\.yaml: there is no such file\./],
  ['a folder', () => folder, /: that is a folder, not a file\./],
  ['not YAML', () => file('bad.yaml', 'a: [1,'), /bad\.yaml: neither YAML nor JSON: /],
  ['without a courseId', () => file('empty.yaml', ''), /empty\.yaml: there is no courseId/],
  ['with a courseId that is no text', () => file('number.yaml', 'courseId: 7'), /number\.yaml: there is no courseId/],
])('A course file that is %s is 1, in one line.', async (_what, path, says) => {
  const { code, err } = await invigil('publish', path());
  expect(code).toBe(1);
  expect(err).toMatch(says);
  expect(err.trim().split('\n')).toHaveLength(1);
});

test('The version is that of package.json.', async () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, '../../../package.json'), 'utf8')) as { version: string };
  expect(await invigil('--version')).toMatchObject({ code: 0, out: `${version}\n` });
});

describe('without what the environment has to say', () => {
  const saved = { ...process.env };
  beforeEach(() => {
    for (const name of ['DATABASE_URL', 'INVIGIL_TOKEN', 'AUTH_DEV_KEY_FILE', 'INVIGIL_PROVIDERS'])
      delete process.env[name];
    process.env['INVIGIL_DATA_DIR'] = folder;
  });
  afterEach(() => {
    process.env = { ...saved };
  });

  test('migrate names the variable.', async () => {
    const { code, err } = await invigil('migrate');
    expect({ code, err }).toEqual({ code: 1, err: 'DATABASE_URL is not set: it names the database to migrate.\n' });
  });

  test('reconcile and providers name every faulty variable.', async () => {
    process.env['PORT'] = 'eighty';
    for (const name of ['reconcile', 'providers']) {
      const { code, err } = await invigil(name);
      expect(code).toBe(1);
      expect(err).toMatch(/DATABASE_URL[\s\S]*PORT/);
    }
  });

  test('doctor lists them and looks no further.', async () => {
    const { code, out } = await invigil('doctor');
    expect(code).toBe(1);
    expect(out).toMatch(/^✗ settings +DATABASE_URL is not set$/m);
    expect(out).toMatch(/^✗ everything else +not looked at$/m);
  });

  test('providers without providers says so and is 0.', async () => {
    process.env['DATABASE_URL'] = 'postgres://nobody@127.0.0.1:1/none';
    const { code, out } = await invigil('providers');
    expect({ code, out }).toEqual({ code: 0, out: 'There are no providers: INVIGIL_PROVIDERS is empty or not set.\n' });
  });

  test('commands that call the API name the key that is missing and what to give instead.', async () => {
    const { code, err } = await invigil('export', '--follow', '1');
    expect(code).toBe(1);
    expect(err).toMatch(/^The development key .*dev-key\.json cannot be read \(ENOENT\)\. Give a token with --token/);
  });

  test('a token that cannot be sent is told so, without repeating it.', async () => {
    const { code, err } = await invigil('export', '--follow', '1', '--token', 'ge heim');
    expect(code).toBe(2);
    expect(err).toContain('The text of --token cannot be a token.');
    expect(err).not.toContain('heim');
  });
});
