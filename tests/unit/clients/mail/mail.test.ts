import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { SmtpMail } from '../../../../clients/mail/smtp';
import { buildStatusMail, type StatusMailRequest } from '../../../../clients/mail/status-mail';
import { failure, startPlatform, type PlatformFixture } from '../platform-fixture';

const REQUEST: StatusMailRequest = {
  to: 'ann@example.org',
  fullName: 'Ann <b>',
  examName: 'Exam "e1" & more',
  courseName: null,
  template: 'submitted',
  escalationEmail: 'team@example.org',
  messageId: '<effect-1@invigil.example.org>',
};
const MAIL = buildStatusMail(REQUEST);

let fixture: PlatformFixture;
beforeEach(async () => {
  fixture = await startPlatform({ SERVICE_TIMEOUT_MS: '1000', MAIL_FROM: 'Exams <exams@example.org>' });
});
afterEach(() => fixture.end());

it('delivers both parts under the given Message-ID', async () => {
  await fixture.platform.mail?.send(MAIL);
  const [stored] = fixture.simulator.mail.mails();
  expect(stored).toMatchObject({
    from: 'exams@example.org',
    to: ['ann@example.org'],
    subject: 'Proctoring attempt submitted',
    messageId: '<effect-1@invigil.example.org>',
  });
  expect(stored?.headers['content-type']).toContain('multipart/alternative');
  expect(stored?.raw).toContain('Content-Type: text/plain');
  expect(stored?.raw).toContain('Content-Type: text/html');
});

it('names the exam and "your course", escaped in HTML and plain in text', () => {
  expect(MAIL.text).toContain('"Exam "e1" & more" in your course');
  expect(MAIL.html).toContain('&quot;Exam &quot;e1&quot; &amp; more&quot; in your course');
  expect(MAIL.html).toContain('Hello Ann &lt;b&gt;,');
  expect(MAIL.html).toContain('team@example.org');
});

it.each(['submitted', 'verified', 'rejected'] as const)(
  'has the recorded subject for %s and says the status',
  (template) => {
    const mail = buildStatusMail({
      to: 'a@example.org',
      examName: 'e',
      courseName: 'Oracle Course',
      template,
      messageId: '<1@x>',
    });
    expect(mail.subject).toBe(`Proctoring attempt ${template}`);
    expect(mail.text).toContain(`Course: Oracle Course. Status: ${template}.`);
  },
);

it('goes to the one mailbox it names, whatever the name contains', async () => {
  const name = 'Ann, eve@evil.example <eve@evil.example>\r\nBcc: eve@evil.example';
  await fixture.platform.mail?.send({ ...MAIL, to: { ...MAIL.to, name } });
  const [stored] = fixture.simulator.mail.mails();
  expect(stored?.to).toEqual(['ann@example.org']);
  expect(stored?.headers).not.toHaveProperty('bcc');
});

it('is not sent to a list, even if one was stored in earlier times', async () => {
  for (const address of ['ann@example.org, eve@evil.example', 'x@e\r\nRCPT TO:<eve@evil.example>']) {
    await fixture.platform.mail?.send({ ...MAIL, to: { name: '', address } }).catch(() => undefined);
    const reached = fixture.simulator.mail.mails().flatMap(({ to }) => to);
    expect(reached).not.toContain('eve@evil.example');
  }
});

it('says that no person has written it, so that nothing answers', async () => {
  await fixture.platform.mail?.send(MAIL);
  expect(fixture.simulator.mail.mails()[0]?.headers['auto-submitted']).toBe('auto-generated');
});

it('names whom it is to, without what breaks lines', () => {
  const mail = buildStatusMail({ ...REQUEST, fullName: 'Ann\r\nBcc: eve@evil.example\u0000' });
  expect(mail.to).toEqual({ name: 'Ann Bcc: eve@evil.example', address: 'ann@example.org' });
  expect(buildStatusMail({ ...REQUEST, fullName: '' }).text).toMatch(/^Hello,\n/);
});

it.each([
  ['team@example.org', 'mailto:team@example.org'],
  ['team+exams@example.org', 'mailto:team+exams@example.org'],
  ['x?bcc=eve@evil.example', 'mailto:x%3Fbcc=eve@evil.example'],
  ['a&b#c%d@example.org', 'mailto:a%26b%23c%25d@example.org'],
])('links to the course’s address %s and to no other', (escalationEmail, link) => {
  expect(buildStatusMail({ ...REQUEST, escalationEmail }).html).toContain(`href="${link}"`);
});

it('links to the support page where what is stored of the course is not one address', () => {
  const platform = { contactUrl: 'https://support.example.org' };
  const mail = buildStatusMail({ ...REQUEST, escalationEmail: 'a@example.org, b@example.org', platform });
  expect(mail.html).not.toContain('mailto:');
  expect(mail.html).toContain('https://support.example.org');
});

it.each([
  ['smtps', { secure: true }],
  ['smtp', {}],
])('says by %s why a server’s certificate is not trusted, and may be tried again', async (scheme, options) => {
  // It warns of its own certificate, which is just what nobody trusts.
  const warnings = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const server = new SMTPServer({ ...options, authOptional: true, closeTimeout: 200 });
  warnings.mockRestore();
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  const url = `${scheme}://127.0.0.1:${port}${scheme === 'smtp' ? '?requireTLS=true' : ''}`;
  const mail = new SmtpMail({ url, from: 'exams@example.org', timeoutMs: 2_000 });
  expect(await failure(mail.send(MAIL))).toMatchObject({
    kind: 'retryable',
    message: expect.stringMatching(/^mail could not be sent: \w+ (\w+_CERT\w*|CERT_\w+|\w*ALTNAME\w*)/),
  });
  mail.close();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

it('classifies what the mail server answers', async () => {
  fixture.simulator.faults.set('mail', { status: 503 });
  expect(await failure(fixture.platform.mail?.send(MAIL))).toMatchObject({ kind: 'retryable', status: 451 });
  fixture.simulator.faults.set('mail', { refuse: 400 });
  expect(await failure(fixture.platform.mail?.send(MAIL))).toMatchObject({ kind: 'refused', status: 550 });
  fixture.simulator.faults.set('mail', { outage: true });
  expect(await failure(fixture.platform.mail?.send(MAIL))).toMatchObject({ kind: 'retryable' });
  expect(fixture.simulator.mail.mails()).toHaveLength(0);
});

it('arrives twice under one Message-ID when the answer is lost, which the log shows as a repeat', async () => {
  fixture.simulator.faults.set('mail', { dropAnswer: true, remaining: 1 });
  await failure(fixture.platform.mail?.send(MAIL));
  await fixture.platform.mail?.send(MAIL);
  expect(fixture.simulator.mail.mails().map((mail) => mail.messageId)).toEqual([MAIL.messageId, MAIL.messageId]);
  expect(fixture.simulator.journal.log({ service: 'mail' }).map((entry) => entry.repeat)).toEqual([false, true]);
});
