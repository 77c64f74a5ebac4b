import { isMailAddress } from '../../../../domain/courses/mail-address';

describe('A mail address', () => {
  it.each([
    'ann@example.org',
    'ann.o’neill+exams@mail.example.org',
    "o'neill@example.org",
    'a_b-c=d!e%f@sub.sub.example.org',
    '李@bücher.example',
    'пользователь@пример.рф',
    'root@localhost',
  ])('may be %s', (text) => {
    expect(isMailAddress(text)).toBe(true);
  });

  it.each([
    ['nothing', ''],
    ['no domain', 'ann'],
    ['no local part', '@example.org'],
    ['two at signs', 'ann@example.org@example.com'],
    ['a list', 'ann@example.org,eve@example.com'],
    ['a list with a blank', 'ann@example.org, eve@example.com'],
    ['a list as Outlook writes it', 'ann@example.org;eve@example.com'],
    ['a name', 'Ann <ann@example.org>'],
    ['an address in brackets and another one', '<ann@example.org>, eve@example.com'],
    ['a group', 'friends:ann@example.org;'],
    ['a comment', 'ann(eve@example.com)@example.org'],
    ['a quoted local part', '"ann eve"@example.org'],
    ['a header', 'ann@example.org\r\nBcc: eve@example.com'],
    ['a line feed at the end', 'ann@example.org\n'],
    ['an SMTP command', 'x@e\r\nRCPT TO:<eve@example.com>'],
    ['a blank before', ' ann@example.org'],
    ['a no-break space', 'ann\u00a0@example.org'],
    ['a line separator', 'ann@example.org\u2028'],
    ['a NUL', 'ann\u0000@example.org'],
    ['a control character of the second set', 'ann\u0085@example.org'],
    ['a character that turns the text around', 'ann\u202e@example.org'],
    ['a zero-width space', 'ann@exam\u200bple.org'],
    ['a backslash', 'ann\\@example.org'],
    ['an address literal', 'ann@[127.0.0.1]'],
    ['an empty label', 'ann@example..org'],
    ['a dot at the end of the domain', 'ann@example.org.'],
    ['a dot at its beginning', 'ann@.example.org'],
  ])('is not %s', (_, text) => {
    expect(isMailAddress(text)).toBe(false);
  });

  it('is told from a long text that is none in no time', () => {
    const begun = performance.now();
    expect(isMailAddress(`${'a'.repeat(100_000)}@${'a.'.repeat(100_000)}@`)).toBe(false);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});
