import { createHmac } from 'node:crypto';
import type { Registration } from '../../domain/attempts/decision';
import { ONBOARDING_REFUSALS, type OnboardingRefusal } from '../../domain/attempts/statuses';
import type { Call } from '../http/call';
import type { JsonResponse, JsonService } from '../http/json-service';
import { ServiceError } from '../http/service-error';
import { readField } from '../http/transport';
import type {
  ProctoringClient,
  ProviderAttemptRef,
  ProviderConfig,
  ExamForProvider,
  ProviderRegistration,
} from '../platform/services';

/** Statuses of a provider that refuses without an onboarding profile (edx-proctoring backends/rest.py). */
const ONBOARDING: ReadonlySet<string> = new Set(ONBOARDING_REFUSALS);

/** edX's rule for user ids: HMAC-SHA1 over id and provider name (edx-proctoring utils.obscured_user_id). */
export function obscuredUserId(userId: string, provider: string, obfuscationKey: string): string {
  return createHmac('sha1', obfuscationKey).update(userId).update(provider).digest('hex');
}

/** A provider that speaks edX's REST protocol. */
export class EdxRestProvider implements ProctoringClient {
  constructor(
    private readonly http: JsonService,
    /** `lmsHost`: where the provider is to call back. */
    private readonly options: { provider: string; obfuscationKey: string; lmsHost?: string | undefined },
  ) {}

  /** A plain 4xx is the provider's answer, not a failure: the learner cannot be registered. */
  async register(registration: ProviderRegistration, call: Call): Promise<Registration> {
    const body = this.attemptOf(registration);
    try {
      const response = await this.http.send({ method: 'POST', path: attemptsPath(registration.examId), body }, call);
      return this.registrationOf(response);
    } catch (error) {
      if (!(error instanceof ServiceError) || error.kind !== 'refused') throw error;
      return { outcome: 'refused', detail: error.message };
    }
  }

  async start(ref: ProviderAttemptRef, call: Call): Promise<void> {
    await this.report(ref, 'started', call);
  }

  async stop(ref: ProviderAttemptRef, call: Call): Promise<void> {
    await this.report(ref, 'submitted', call);
  }

  async error(ref: ProviderAttemptRef, call: Call): Promise<void> {
    await this.report(ref, 'error', call);
  }

  async remove(ref: ProviderAttemptRef, call: Call): Promise<boolean> {
    if (ref.externalId === null) return true;
    const response = await this.http.send(
      { method: 'DELETE', path: attemptPath(ref.examId, ref.externalId), expect: [404] },
      call,
    );
    return response.status === 404 || readField(response.body, 'status') === 'deleted';
  }

  async saveExam(exam: ExamForProvider, call: Call): Promise<void> {
    await this.http.send({ method: 'POST', path: `/api/v1/exam/${exam.id}/`, body: examOf(exam) }, call);
  }

  async config(call: Call): Promise<ProviderConfig> {
    const { status, body } = await this.http.send({ method: 'GET', path: '/api/v1/config/' }, call);
    const name = readField(body, 'name');
    if (typeof name !== 'string') throw this.http.malformed(status);
    const rules = readField(body, 'rules');
    const downloadUrl = readField(body, 'download_url');
    return {
      name,
      rules: typeof rules === 'object' && rules !== null ? Object.keys(rules) : [],
      downloadUrl: typeof downloadUrl === 'string' ? downloadUrl : null,
    };
  }

  async deleteUser(userId: string, call: Call): Promise<void> {
    const { provider, obfuscationKey } = this.options;
    const path = `/api/v1/user/${obscuredUserId(userId, provider, obfuscationKey)}/`;
    const { status, body } = await this.http.send({ method: 'DELETE', path, expect: [404] }, call);
    if (status !== 404 && body === false)
      throw new ServiceError(provider, 'refused', `${provider} says that it did not delete the learner`, status);
  }

  private async report(ref: ProviderAttemptRef, status: string, call: Call): Promise<void> {
    if (ref.externalId === null) return;
    await this.http.send({ method: 'PATCH', path: attemptPath(ref.examId, ref.externalId), body: { status } }, call);
  }

  private attemptOf(registration: ProviderRegistration): Record<string, unknown> {
    return {
      status: 'created',
      ...(this.options.lmsHost === undefined ? {} : { lms_host: this.options.lmsHost }),
      user_id: obscuredUserId(registration.userId, this.options.provider, this.options.obfuscationKey),
      full_name: registration.fullName,
      email: registration.email,
      time_limit_mins: registration.timeLimitMins,
      is_sample_attempt: registration.isSampleAttempt,
      course_id: registration.courseId,
      exam_name: registration.examName,
      review_policy: registration.reviewPolicy,
      review_policy_exception: registration.reviewPolicyException,
    };
  }

  private registrationOf(response: JsonResponse): Registration {
    const status = readField(response.body, 'status');
    if (typeof status === 'string' && ONBOARDING.has(status))
      return { outcome: 'onboarding', status: status as OnboardingRefusal };
    const id = readField(response.body, 'id');
    if (typeof id !== 'string' && typeof id !== 'number') throw this.http.malformed(response.status);
    return { outcome: 'registered', externalId: String(id) };
  }
}

function examOf(exam: ExamForProvider): Record<string, unknown> {
  return {
    id: exam.id,
    course_id: exam.courseId,
    content_id: exam.contentId,
    exam_name: exam.examName,
    time_limit_mins: exam.timeLimitMins,
    due_date: exam.dueDate?.toISOString() ?? null,
    is_proctored: exam.isProctored,
    is_practice_exam: exam.isPracticeExam,
    is_active: exam.isActive,
    hide_after_due: exam.hideAfterDue,
    ...(exam.ruleSummary === null ? {} : { rule_summary: exam.ruleSummary }),
  };
}

function attemptsPath(examId: number): string {
  return `/api/v1/exam/${examId}/attempt/`;
}

function attemptPath(examId: number, externalId: string): string {
  return `${attemptsPath(examId)}${encodeURIComponent(externalId)}/`;
}
