import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../../clients/http/call';
import { ServiceError } from '../../clients/http/service-error';
import { backoffMs } from '../../domain/backoff';
import type { LookupAnswer } from '../../domain/exports/decide';
import { type Decoded, decodeCertificate, decodeGrade, decodeGradebook } from '../../domain/exports/decode-answers';
import type { Outcome } from '../../domain/exports/model';
import type { ExportDependencies } from './dependencies';

type LookUpRequest = (call: Call) => Promise<unknown>;
export type Service = 'grades' | 'certificates' | 'courses';
export type LookUpResult<Answer> = { ok: true; answer: Answer } | { ok: false; outcome: Outcome };

/** The page was interrupted while waiting for an answer: the enrollment has no outcome yet. */
export class InterruptedError extends Error {}

/**
 * Questions about learners to the platform's services. Whatever a service does, a question ends with an answer or with
 * the outcome of its one record (docs/decided-differences.md#e3); never with an error.
 */
export class LookUps {
  constructor(
    private readonly parts: Pick<ExportDependencies, 'platform' | 'limiters' | 'limits'>,
    private readonly exportId: string,
    private readonly signal: AbortSignal,
  ) {}

  /** A deleted account has no username to look up: as if the service had no data. */
  async learner(
    what: 'certificate' | 'grade' | 'gradebook',
    username: string | null,
    courseId: string,
  ): Promise<LookUpResult<LookupAnswer>> {
    const { grades, certificates } = this.parts.platform;
    const ref = { username: username ?? '', courseId };
    const request = <C>(client: C | null, send: (client: C, call: Call) => Promise<unknown>): LookUpRequest | null =>
      client && (async (call) => (username === null ? undefined : send(client, call)));
    if (what === 'certificate') {
      const certificate = request(certificates, (client, call) => client.certificate(ref, call));
      return decodeAnswer(await this.fetch('certificates', certificate), decodeCertificate, what, { found: false });
    }
    if (what === 'grade') {
      const grade = await this.fetch(
        'grades',
        request(grades, (client, call) => client.learnerGrade(ref, call)),
      );
      return decodeAnswer(grade, (body) => decodeGrade(body, ref.username), what, { found: false });
    }
    const gradebook = await this.fetch(
      'grades',
      request(grades, (client, call) => client.gradebook(ref, call)),
    );
    return decodeAnswer(gradebook, (body) => decodeGradebook(body, ref.username), what, []);
  }

  /** The raw answer, undefined where the service has no data. `null` as request: the service is not configured. */
  async fetch(service: Service, request: LookUpRequest | null): Promise<LookUpResult<unknown>> {
    if (request === null) return failed(`${service}-not-configured`, false);
    const { lookupTries, patienceMs, retryMs } = this.parts.limits;
    const until = Date.now() + patienceMs;
    for (let tries = 1; ;) {
      const error = await this.tryOnce(service, request);
      if (!(error instanceof ServiceError)) return { ok: true, answer: error };
      if (error.kind === 'refused') return failed(`${service}-refused`, false);
      const retryAfterMs = error.retryAfterMs;
      if (retryAfterMs === undefined) tries += 1;
      const pause = retryAfterMs ?? backoffMs(tries - 2, { firstMs: retryMs });
      if (tries > lookupTries || Date.now() + pause > until) return failed(`${service}-unavailable`, true);
      await this.pause(pause);
    }
  }

  private tryOnce(service: Service, request: LookUpRequest): Promise<unknown> {
    const call = { key: `export:${this.exportId}` };
    return this.parts.limiters[service].run(this.exportId, async () => {
      if (this.signal.aborted) throw new InterruptedError();
      try {
        return await request(call);
      } catch (error) {
        if (error instanceof ServiceError) return error;
        throw error;
      }
    });
  }

  private async pause(ms: number): Promise<void> {
    try {
      await sleep(ms, undefined, { signal: this.signal });
    } catch {
      throw new InterruptedError();
    }
  }
}

function decodeAnswer<Of extends LookupAnswer['of'], A>(
  result: LookUpResult<unknown>,
  decode: (body: unknown) => Decoded<A>,
  of: Of,
  missing: A,
): LookUpResult<LookupAnswer> {
  if (!result.ok) return result;
  const decoded: Decoded<A> = result.answer === undefined ? { ok: true, answer: missing } : decode(result.answer);
  if (!decoded.ok) return { ok: false, outcome: { kind: 'quarantined', reason: decoded.reason } };
  return { ok: true, answer: { of, answer: decoded.answer } as LookupAnswer };
}

function failed(reason: string, retryable: boolean): LookUpResult<never> {
  return { ok: false, outcome: { kind: 'failed', reason, retryable } };
}
