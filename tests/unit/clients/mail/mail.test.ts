import { buildStatusMail } from '../../../../clients/mail/status-mail';
import { failure, startPlatform, type PlatformFixture } from '../platform-fixture';

const MAIL = buildStatusMail({
  to: 'ann@example.org',
  fullName: 'Ann <b>',
  examName: 'Exam "e1" & more',
  courseName: null,
  template: 'submitted',
  escalationEmail: 'team@example.org',
  messageId: '<effect-1@invigil.example.org>',
});

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
