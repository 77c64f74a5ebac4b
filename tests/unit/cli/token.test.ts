import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { SCOPES } from '../../../contracts/scopes';
import { devKey } from '../../../dev/dev-key';
import { invigil } from './in-process';

let folder: string;
let keyFile: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'invigil-token-'));
  keyFile = join(folder, 'dev-key.json');
  await devKey(keyFile);
});
afterAll(() => rmSync(folder, { recursive: true }));

const token = (...args: string[]) => invigil('token', '--key-file', keyFile, '--sub', 'ada', ...args);

test('A token says who, what and for how long.', async () => {
  const { code, out } = await token('--scope', ' exams:read  attempts:write ', '--expires', '30m', '--provider', 'psi');
  const claims = decodeJwt(out.trim());
  expect(code).toBe(0);
  expect(claims).toMatchObject({ sub: 'ada', scope: 'exams:read attempts:write', provider: 'psi' });
  expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(1800);
  expect(claims).not.toHaveProperty('courses');
});

test('Limits are lists, and an empty one limits to nothing.', async () => {
  const { out } = await token('--scope', 'exams:read', '--courses', 'a,b', '--customers', '');
  expect(decodeJwt(out.trim())).toMatchObject({ courses: ['a', 'b'], customers: [] });
});

test.each([
  ['bogus:scope', 'There is no scope bogus:scope.'],
  ['exams:read exam:write,x', 'There is no scope exam:write,x.'],
  [' ', '--scope names no scope.'],
])('The scope "%s" is refused; the message has those there are.', async (scope, says) => {
  const { code, out, err } = await token('--scope', scope);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(says);
  if (scope.trim() !== '') expect(err).toContain(SCOPES.join(' '));
});

test('Help lists every scope.', async () => {
  const { out } = await invigil('token', '--help');
  for (const scope of SCOPES) expect(out).toContain(scope);
});

test.each(['soon', '-1h', '0h', '1 fortnight', ''])('A life of "%s" is refused.', async (expires) => {
  expect(await token('--scope', 'exams:read', `--expires=${expires}`)).toMatchObject({ code: 2, out: '' });
});

test('A key that is not there is not made.', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'invigil-nokey-'));
  const file = join(empty, 'dev-key.json');
  const { code, out, err } = await invigil('token', '--key-file', file, '--sub', 'ada', '--scope', 'exams:read');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/cannot be read \(ENOENT\)[\s\S]*npm start/);
  expect(readdirSync(empty)).toEqual([]);
  rmSync(empty, { recursive: true });
});

test('A file that holds something else is no key.', async () => {
  const file = join(folder, 'other.json');
  writeFileSync(file, '{"publicJwk":{}}');
  const { code, err } = await invigil('token', '--key-file', file, '--sub', 'ada', '--scope', 'exams:read');
  expect(code).toBe(1);
  expect(err).toContain(`${file} holds no development key.`);
});
