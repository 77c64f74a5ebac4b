import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import { parseSealingKeys } from '../../../config/sealing-keys';
import { open, seal, UnsealError } from '../../../db/core/sealed';

const entry = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const older = entry('k1');
const keys = parseSealingKeys(older);

test('What is sealed opens again, differs every time and does not show its content.', () => {
  const texts = ['secret ✓', '', 'x'.repeat(5_000)];
  for (const text of texts) {
    const [first, second] = [seal(keys, text, 'a'), seal(keys, text, 'a')];
    expect(open(keys, first, 'a')).toBe(text);
    expect(first).not.toBe(second);
    if (text !== '') expect(first).not.toContain(text);
  }
});

test('After a new key comes first, older texts still open and are known to be older.', () => {
  const sealed = seal(keys, 'secret');
  const rotated = parseSealingKeys(`${entry('k2')}, ${older}`);
  expect(open(rotated, sealed)).toBe('secret');
});

test('A text does not open elsewhere, changed in any part, or without its key.', () => {
  const sealed = seal(keys, 'secret', 'channel 1');
  const [format, id, nonce, body] = sealed.split('.') as [string, string, string, string];
  const flipped = (text: string) => (text.startsWith('A') ? `B${text.slice(1)}` : `A${text.slice(1)}`);
  const bad = [
    [format, id, flipped(nonce), body].join('.'),
    [format, id, nonce, flipped(body)].join('.'),
    [format, id, nonce, body.slice(0, 8)].join('.'),
    [format, id, '', ''].join('.'),
    `${sealed}.x`,
    'secret',
  ];
  for (const text of bad) expect(() => open(keys, text, 'channel 1')).toThrow(UnsealError);
  expect(() => open(keys, sealed, 'channel 2')).toThrow(UnsealError);
  expect(() => open(parseSealingKeys(entry('k9')), sealed, 'channel 1')).toThrow('key k1 is not configured');
});

test('Malformed keys are refused without being shown, and keys do not serialise.', () => {
  const short = randomBytes(16).toString('base64');
  for (const text of ['', 'nokey', `k1:${short}`, `${older},${older}`]) {
    const message = ((): string => {
      try {
        parseSealingKeys(text);
        return 'accepted';
      } catch (error) {
        return inspect(error);
      }
    })();
    expect(message).toMatch(/Error: (there is no key|entry 1|key k1)/);
    expect(message).not.toContain(short);
    expect(message).not.toContain(older.slice(3));
  }
  expect(JSON.stringify(keys)).not.toContain(older.slice(3, 20));
});
