import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../../clients/http/call';
import { ServiceError } from '../../clients/http/service-error';
import { backoffMs } from '../../domain/backoff';
import type { LookupAnswer } from '../../domain/exports/decide';
import { type Decoded, decodeCertificate, decodeGrade, decodeGradebook } from '../../domain/exports/decode-answers';
import type { Outcome } from '../../domain/exports/model';
import type { ExportDependencies } from './dependencies';

export type Service = 'grades' | 'certificates' | 'courses';
export type LookUpResult<Answer> = { ok: true; answer: Answer } | { ok: false; outcome: Outcome };

/** The page was interrupted while waiting for an answer: the enrollment has no outcome yet. */
export class InterruptedError extends Error {}

/**
 * Questions about learners to the platform's services. Whatever a service does, a question ends with an answer or with
 * the outcome of its one record (WANTED E3); never with an error.
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
    const name = username ?? '';
    const { grades, certificates } = this.parts.platform;
    const ref = { username: name, courseId };
    const known = <A>(client: A | null): A | null | undefined => (username === null ? undefined : client);
    if (what === 'certificate') {
      const request = requestTo(known(certificates), (client, call) => client.certificate(ref, call));
      return decodeAnswer(await this.fetch('certificates', request), decodeCertificate, what, { found: false });
    }
    if (what === 'grade') {
      const request = requestTo(known(grades), (client, call) => client.learnerGrade(ref, call));
      return decodeAnswer(await this.fetch('grades', request), (body) => decodeGrade(body, name), what, {
        found: false,
      });
    }
    const request = requestTo(known(grades), (client, call) => client.gradebook(ref, call));
    return decodeAnswer(await this.fetch('grades', request), (body) => decodeGradebook(body, name), what, []);
  }

  /** The raw answer, undefined where the service has no data. `null` as request: the service is not configured. */
  async fetch(service: Service, request: ((call: Call) => Promise<unknown>) | null): Promise<LookUpResult<unknown>> {
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

  private tryOnce(service: Service, request: (call: Call) => Promise<unknown>): Promise<unknown> {
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

/** `undefined` as client: there is no username. */
function requestTo<C>(
  client: C | null | undefined,
  send: (client: C, call: Call) => Promise<unknown>,
): ((call: Call) => Promise<unknown>) | null {
  if (client === null) return null;
  return client === undefined ? async () => undefined : (call) => send(client, call);
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
