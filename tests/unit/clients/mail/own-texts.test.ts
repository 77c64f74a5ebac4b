import { findOwnText } from '../../../../clients/mail/own-texts';
import { buildStatusMail, type StatusMailRequest } from '../../../../clients/mail/status-mail';
import type { StatusMail } from '../../../../clients/platform/services';
import type { MailText } from '../../../../config/mail-texts';

const REQUEST: StatusMailRequest = {
  to: 'ann@example.org',
  fullName: 'Ann <b>',
  examName: 'Exam "e1" & more',
  courseName: 'Course',
  courseId: 'course-v1:A+B',
  template: 'submitted',
  provider: 'psi',
  escalationEmail: 'team@example.org',
  messageId: '<1@x>',
};
const PLATFORM = { platformName: 'Academy', courseUrl: 'https://learn.example.org/{courseId}/home?a=1&b=2' };

function mailOf(texts: Partial<MailText>[], request: Partial<StatusMailRequest> = {}): StatusMail {
  const complete = texts.map((text) => ({ template: 'submitted' as const, language: 'en', ...text }));
  return buildStatusMail({
    ...REQUEST,
    platform: { ...PLATFORM, own: { language: 'en', texts: complete } },
    ...request,
  });
}

describe('A mail in an installation’s own words', () => {
  it('has them as subject and as the whole body, with what it names', () => {
    const { subject, text, html } = mailOf([
      {
        subject: '[{courseName}] {examName}',
        paragraphs: ['Dear {fullName}!', '“{examName}” has come in.', '{platformName}'],
      },
    ]);
    expect(subject).toBe('[Course] Exam "e1" & more');
    expect(text).toBe('Dear Ann <b>!\n\n“Exam "e1" & more” has come in.\n\nAcademy\n');
    expect(html).toContain(
      '<p>Dear Ann &lt;b&gt;!</p>\n<p>“Exam &quot;e1&quot; &amp; more” has come in.</p>\n<p>Academy</p>\n',
    );
  });

  it('links to the course and to where questions go', () => {
    const { text, html } = mailOf([{ paragraphs: ['See {courseUrl} or ask {contact}.'] }]);
    expect(text).toBe('See https://learn.example.org/course-v1:A+B/home?a=1&b=2 or ask team@example.org.\n');
    const page = 'https://learn.example.org/course-v1:A+B/home?a=1&amp;b=2';
    expect(html).toContain(
      `<p>See <a href="${page}">${page}</a> or ask <a href="mailto:team@example.org">team@example.org</a>.</p>`,
    );
  });

  it('leaves out a paragraph that names what nobody knows', () => {
    const paragraphs = ['Hello {fullName},', 'Page: {courseUrl}', 'Ask {contact}', '{platformName}', 'The end.'];
    const unknown = {
      fullName: '',
      escalationEmail: null,
      platform: { own: { language: 'en', texts: [text({ paragraphs })] } },
    };
    expect(buildStatusMail({ ...REQUEST, ...unknown }).text).toBe('The end.\n');
  });

  it('does not read what it was given as a text of its own', () => {
    const request = { examName: '{fullName} {contact} $& $1 {x}' };
    const { subject, text, html } = mailOf([{ subject: 'On {examName}', paragraphs: ['On {examName}<i>'] }], request);
    expect(subject).toBe('On {fullName} {contact} $& $1 {x}');
    expect(text).toBe('On {fullName} {contact} $& $1 {x}<i>\n');
    expect(html).toContain('<p>On {fullName} {contact} $&amp; $1 {x}&lt;i&gt;</p>');
  });

  it('has a subject of one line, with long names cut', () => {
    const examName = `A\r\nBcc: eve@evil.example\u0000 ${'x'.repeat(4_000)}`;
    const { subject } = mailOf([{ subject: '{examName} in {courseName}' }], { examName });
    expect(subject).toMatch(/^A Bcc: eve@evil\.example x+… in Course$/);
    expect([...subject].length).toBeLessThan(150);
  });

  it('may have a subject of its own only, or a body only', () => {
    const usual = mailOf([]);
    const subjectOnly = mailOf([{ subject: 'Mine' }]);
    expect(subjectOnly).toMatchObject({ subject: 'Mine', text: usual.text });
    const bodyOnly = mailOf([{ paragraphs: ['Mine'], language: 'en' }]);
    expect(bodyOnly).toMatchObject({ subject: usual.subject, text: 'Mine\n' });
  });

  it('says in its own words that the course has no name', () => {
    const own = [{ paragraphs: ['Kurs: {courseName}'], unknownCourse: 'Ihr Kurs' }];
    expect(mailOf(own, { courseName: null }).text).toBe('Kurs: Ihr Kurs\n');
    expect(mailOf([{ paragraphs: ['{courseName}'] }], { courseName: null }).text).toBe('your course\n');
  });

  it('says in which language it is', () => {
    const own = [{ paragraphs: ['Hallo'], language: 'de-AT' }];
    expect(mailOf(own, { language: 'de-AT' }).html).toContain('<html lang="de-AT">');
    expect(mailOf(own, { language: 'fr' }).html).toContain('<html lang="en">');
  });
});

function text(given: Partial<MailText>): MailText {
  return { template: 'submitted', language: 'en', ...given };
}

describe('Which text a mail has', () => {
  const texts = [
    text({ language: 'en', subject: 'en' }),
    text({ language: 'en', provider: 'psi', subject: 'en psi' }),
    text({ language: 'de', subject: 'de' }),
    text({ language: 'pt-BR', subject: 'pt-BR' }),
    text({ language: 'pt', provider: 'psi', subject: 'pt psi' }),
    text({ language: 'en', template: 'verified', subject: 'verified' }),
  ];
  it.each([
    ['the provider’s before the one for all', 'psi', ['en'], 'en psi'],
    ['the one for all at another provider', 'other', ['en'], 'en'],
    ['the one for all at no provider', null, ['en'], 'en'],
    ['the learner’s language before the provider’s own text in another', 'psi', ['de', 'en'], 'de'],
    ['a language without its region', 'psi', ['de-CH', 'en'], 'de'],
    ['the region where there is a text for it', 'other', ['pt-br', 'en'], 'pt-BR'],
    ['a wider language before the installation’s', 'psi', ['pt-PT', 'en'], 'pt psi'],
    ['the installation’s where the learner’s has none', 'other', ['fr', 'en'], 'en'],
    ['none where there is none', 'other', ['fr'], undefined],
  ])('is %s', (_, provider, languages, subject) => {
    expect(findOwnText(texts, { template: 'submitted', provider, languages })?.subject).toBe(subject);
  });
});
