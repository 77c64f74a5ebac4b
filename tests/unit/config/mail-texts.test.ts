import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MailTextSettings } from '../../../config/mail-texts';
import { readSettings, SettingsError } from '../../../config/settings';

const folder = mkdtempSync(join(tmpdir(), 'invigil-mail-texts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const PROVIDER = { name: 'psi', title: 'PSI', supportsOnboarding: false };
const TEXT = { template: 'submitted', subject: 'On {examName}' };

function read(content: unknown, env: Record<string, string> = {}): MailTextSettings | undefined {
  const file = join(folder, 'texts.json');
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readSettings({
    DATABASE_URL: 'postgres://127.0.0.1/none',
    INVIGIL_PROVIDERS: JSON.stringify([PROVIDER]),
    MAIL_TEXTS_FILE: file,
    ...env,
  }).mailTexts.own;
}

function problemsOf(content: unknown, env: Record<string, string> = {}): string[] {
  try {
    read(content, env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
  return [];
}

describe('An installation’s own mail texts', () => {
  it('are none unless a file is named', () => {
    expect(read([], { MAIL_TEXTS_FILE: '' })).toEqual({ language: 'en', texts: [] });
  });

  it('are in the installation’s language unless they name another', () => {
    const texts = [TEXT, { ...TEXT, language: 'en-GB', provider: 'psi' }];
    expect(read(texts, { MAIL_LANGUAGE: 'de' })).toEqual({
      language: 'de',
      texts: [
        { ...TEXT, language: 'de' },
        { ...TEXT, language: 'en-GB', provider: 'psi' },
      ],
    });
  });

  it.each([
    ['a file that is not JSON', '[', 'is not JSON'],
    ['a template that does not exist', [{ ...TEXT, template: 'error' }], '/0/template: '],
    ['a member that does not exist', [{ ...TEXT, body: 'x' }], '/0/body: '],
    [
      'a placeholder that does not exist',
      [{ ...TEXT, paragraphs: ['{exam}'] }],
      '/0: there is no placeholder {exam} here',
    ],
    [
      'a placeholder that a subject cannot have',
      [{ ...TEXT, subject: '{fullName}' }],
      '/0: there is no placeholder {fullName} here',
    ],
    ['a name of every object', [{ ...TEXT, paragraphs: ['{constructor}'] }], 'no placeholder {constructor}'],
    ['nothing to say', [{ template: 'submitted' }], '/0: give a subject, paragraphs or both'],
    ['a subject of two lines', [{ ...TEXT, subject: 'a\r\nBcc: eve@evil.example' }], '/0/subject: '],
    ['a provider that is not configured', [{ ...TEXT, provider: 'other' }], 'INVIGIL_PROVIDERS has no provider other'],
    ['a language that is none', [{ ...TEXT, language: 'deutsch!' }], '/0/language: '],
    [
      'two texts for the same mail',
      [
        { ...TEXT, language: 'DE' },
        { ...TEXT, language: 'de' },
      ],
      '/1: there is an earlier text',
    ],
  ])('with %s are refused at the start', (_, content, words) => {
    const problems = problemsOf(content);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/^MAIL_TEXTS_FILE/);
    expect(problems[0]).toContain(words);
  });

  it('that cannot be read are refused at the start', () => {
    expect(problemsOf([], { MAIL_TEXTS_FILE: join(folder, 'nowhere.json') })).toEqual([
      expect.stringContaining('ENOENT'),
    ]);
  });

  it('need a language that is one', () => {
    expect(problemsOf([], { MAIL_LANGUAGE: 'german please' })).toEqual([expect.stringContaining('MAIL_LANGUAGE')]);
  });
});
