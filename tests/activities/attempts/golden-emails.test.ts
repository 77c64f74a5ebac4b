import type { AttemptKey } from '../../../contracts/attempts/messages';
import { upsertCourse } from '../../../db/courses/courses';
import { createExam } from '../../../db/courses/exams';
import { upsertLearner } from '../../../db/courses/learners';
import type { StoredMail } from '../../../dev/simulator/smtp-sink';
import type { GoldenKind } from '../../golden/cases';
import { casesOf } from '../../golden/families';
import { loadGolden } from '../../golden/load';
import { AttemptFixture } from '../../support/attempt-fixture';

jest.setTimeout(60_000);

interface MailCase {
  kind: string;
  status: string;
  escalation_email: string | null;
  credit_state: string;
  to?: string[];
  subject?: string;
  from_email?: string;
  template_values?: Record<string, string>;
}

/** The recorded platform's texts, as this installation's configuration. */
const PLATFORM = {
  MAIL_PLATFORM_NAME: 'Example Platform',
  MAIL_COURSE_URL: 'https://learning.example.org/course/{courseId}/home',
  MAIL_CONTACT_URL: 'https://lms.example.org/support/contact_us',
  MAIL_FROM: 'no-reply@example.org',
};
const COURSE_NAME = 'Oracle Course';

const file = loadGolden('emails') as unknown as { course: string; kinds: Record<string, GoldenKind> };
let fixture: AttemptFixture;
beforeAll(async () => {
  const provider = { title: 'P', supportsOnboarding: false, ruleSet: 'current' };
  const names = [...new Set(Object.values(file.kinds).map(({ backend }) => backend))];
  const INVIGIL_PROVIDERS = JSON.stringify(names.map((name) => ({ name, ...provider })));
  fixture = await AttemptFixture.start({ env: { ...PLATFORM, INVIGIL_PROVIDERS } });
  await upsertLearner(fixture.knex, {
    userId: 'u1',
    username: 'u1',
    email: 'u1@example.org',
    fullName: 'Learner u1',
    active: true,
  });
});
afterAll(() => fixture.stop());

/** An attempt of u1 about to enter the status, on an exam of its own in the recorded course. */
async function prepared(one: MailCase, number: number): Promise<AttemptKey> {
  const kind = file.kinds[one.kind];
  if (!kind) throw new Error(`unknown kind ${one.kind}`);
  const course = { courseId: file.course, name: 'Not this one', endAt: null, provider: kind.backend };
  await upsertCourse(fixture.knex, { ...course, escalationEmail: one.escalation_email });
  const exam = await createExam(fixture.knex, {
    courseId: file.course,
    contentId: `block-${number}`,
    examName: 'Exam e1',
    timeLimitMins: 60,
    dueDate: null,
    isProctored: kind.is_proctored,
    isPracticeExam: kind.is_practice_exam,
    isOnboardingExam: false,
    isActive: true,
    hideAfterDue: false,
    provider: null,
  });
  const key = { examId: exam?.id ?? 0, userId: 'u1', attemptNumber: 1 };
  await fixture.decide(key, { type: 'create', takingAsProctored: kind.is_proctored });
  return key;
}

async function mailOf(one: MailCase, number: number): Promise<StoredMail | undefined> {
  const key = await prepared(one, number);
  const name = one.credit_state === 'normal' ? COURSE_NAME : null;
  fixture.simulator.answers.setCourseName({ courseId: file.course, name, unknownLearner: one.credit_state === 'none' });
  fixture.simulator.mail.clear();
  await fixture.change(key, one.status);
  const mails = fixture.simulator.mail.mails();
  expect(mails.length).toBeLessThanOrEqual(1);
  return mails[0];
}

/** The HTML part as a reader's program shows it. */
function htmlOf({ raw }: StoredMail): string {
  const part = raw.slice(raw.indexOf('Content-Type: text/html'));
  const decoded = part
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return decoded.replaceAll('&amp;', '&').replaceAll('&quot;', '"');
}

it.each(
  casesOf<MailCase>('emails').map((one, number) => [JSON.stringify([one.kind, one.status]), one, number] as const),
)('The mail of case %s #%# goes to whom, from whom and with what words was recorded', async (_, one, number) => {
  const mail = await mailOf(one, number);
  if (one.to === undefined) return expect(mail).toBeUndefined();
  expect(mail).toMatchObject({ to: one.to, subject: one.subject, from: one.from_email });
  const html = mail ? htmlOf(mail) : '';
  for (const value of Object.values(one.template_values ?? {})) expect(html).toContain(value);
});

it('A mail of an installation that says nothing of itself has no empty lines for it', async () => {
  const silent = { ...fixture.dependencies, mailTexts: {} };
  const [first] = casesOf<MailCase>('emails');
  const key = await prepared({ ...(first as MailCase), escalation_email: null }, 1_000);
  fixture.simulator.mail.clear();
  await fixture.change(key, 'verified', fixture.with(silent));
  const [mail] = fixture.simulator.mail.mails();
  expect(mail?.raw).not.toContain('questions about proctoring');
  expect(mail?.raw).not.toContain('The course:');
});
