import { callbacksToDeliver } from '../../../../db/attempts/reviews/inbox';
import { upsertLearner } from '../../../../db/courses/learners';
import type { AuditEntry } from '../../../../db/requests/audit';
import type { ApiAnswer } from '../../../../dev/api-client';
import { softwareSecureReview } from '../../../../dev/software-secure';
import type { Attempt, Exam } from '../../../../domain/attempts/model';
import { ApiFixture, type TokenCaller } from '../../../support/api-fixture';
import { anAttempt, anExam, created, NOW } from '../../../support/attempt-builders';
import { auditOf } from '../../../support/audit-log';

export const SECRET = 'a-secret-of-some-length';
const PROVIDERS = JSON.stringify([
  { name: 'psi', title: 'PSI', supportsOnboarding: false, ruleSet: 'classic' },
  { name: 'guarded', title: 'G', supportsOnboarding: false, ruleSet: 'current', callbackSecret: SECRET },
  { name: 'fenced', title: 'F', supportsOnboarding: false, ruleSet: 'current', callbackAddresses: ['192.0.2.7'] },
  { name: 'rest', title: 'Rest', supportsOnboarding: true, ruleSet: 'current', protocol: 'rest' },
]);
export const KEYS = `c1:${Buffer.alloc(32, 5).toString('base64')}`;
export const CALLBACK_ENV = {
  INVIGIL_PROVIDERS: PROVIDERS,
  CREDENTIAL_KEYS: KEYS,
  LEARNING_PLATFORM_URL: 'https://platform.example.org',
};

export const VENDOR = { sub: 'vendor', scope: 'callbacks', provider: 'rest' };

/** The API with an exam at each of four providers, and vendors that call back. */
export class CallbackFixture {
  private learners = 0;

  private constructor(
    readonly api: ApiFixture,
    private readonly exams: Record<string, Exam>,
  ) {}

  static async start(given: Record<string, string> = {}): Promise<CallbackFixture> {
    const api = await ApiFixture.start({ ...CALLBACK_ENV, ...given });
    const { db } = api.database;
    await upsertLearner(db, { userId: 'u-1', username: 'u-1', email: 'e', fullName: 'N', active: true });
    const names = ['psi', 'guarded', 'fenced', 'rest'];
    const exams = await Promise.all(names.map(async (provider) => [provider, await anExam(db, { provider })] as const));
    return new CallbackFixture(api, Object.fromEntries(exams));
  }

  /** A learner of its own with an attempt at the provider. */
  async attemptAt(provider: string, given: Partial<Attempt> = {}): Promise<Attempt> {
    this.learners += 1;
    const { learners } = this;
    const own = {
      provider,
      userId: `u-${learners}`,
      externalId: `ext-${learners}`,
      status: 'submitted',
      completedAt: NOW,
    } as const;
    const attempt = anAttempt((this.exams[provider] as Exam).id, { ...own, ...given });
    await created(this.api.database.db, attempt);
    return attempt;
  }

  post(provider: string, payload: object, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    return this.api.send({ method: 'POST', url: `/v1/providers/${provider}/reviews`, headers, payload });
  }

  /** A body for the REST protocol's `reviewed`. */
  reviewed({ externalId }: Attempt, body: object, caller: TokenCaller = VENDOR): Promise<ApiAnswer> {
    return this.api.call(caller, 'POST', `/v1/providers/rest/attempts/${externalId}/reviewed`, body);
  }

  /** Inbox rows of the learner that wait to be applied. */
  async waiting({ userId }: Attempt): Promise<string[]> {
    const all = await callbacksToDeliver(this.api.database.db, { graceMs: 0, limit: 1000 });
    return all.filter(({ key }) => key.userId === userId).map(({ inboxId }) => inboxId);
  }

  /** What the audit log says about the attempt's callbacks. */
  async audited(attemptCode: string): Promise<string[]> {
    return (await this.auditRows(`attempt:${attemptCode}`)).map(({ action }) => action);
  }

  auditRows(object: string): Promise<AuditEntry[]> {
    return auditOf(this.api.database.db, object);
  }
}

/** A SoftwareSecure payload about the attempt. */
export function payload(attempt: Attempt, given: object = {}): Record<string, unknown> {
  const comment = { comments: 'c', duration: 2, eventStart: 1, eventFinish: 3, eventStatus: 'Suspicious' };
  return softwareSecureReview(attempt, { webCamComments: [comment], desktopComments: null, ...given });
}
