import { setTimeout as sleep } from 'node:timers/promises';
import type { Call } from '../../clients/platform/platform';
import { ServiceError } from '../../clients/http/service-error';
import { type Decoded, decodeCertificate, decodeGrade, decodeGradebook } from '../../domain/exports/answers';
import type { LearnerAnswer } from '../../domain/exports/decide';
import type { Outcome } from '../../domain/exports/model';
import type { ExportDependencies } from './dependencies';

export type Service = 'grades' | 'certificates' | 'courses';
export type Looked<Answer> = { ok: true; answer: Answer } | { ok: false; outcome: Outcome };

/** The page was interrupted while an answer was waited for: the enrollment has no outcome yet. */
export class Interrupted extends Error {}

/**
 * Questions about learners to the platform's services. Whatever a service does, a question ends with an answer or with
 * the outcome of its one record (WANTED E3); never with an error.
 */
export class LookUps {
  constructor(
    private readonly parts: Pick<ExportDependencies, 'platform' | 'gates' | 'limits'>,
    private readonly exportId: string,
    private readonly signal: AbortSignal,
  ) {}

  /** An account that is gone has no name to ask by: as if the service knew nothing. */
  async learner(
    what: 'certificate' | 'grade' | 'gradebook',
    username: string | null,
    courseId: string,
  ): Promise<Looked<LearnerAnswer>> {
    const name = username ?? '';
    const { grades, certificates } = this.parts.platform;
    const ref = { username: name, courseId };
    const known = <A>(client: A | null): A | null | undefined => (username === null ? undefined : client);
    if (what === 'certificate') {
      const ask = asking(known(certificates), (client, call) => client.certificate(ref, call));
      return answered(await this.ask('certificates', ask), decodeCertificate, what, { found: false });
    }
    if (what === 'grade') {
      const ask = asking(known(grades), (client, call) => client.learnerGrade(ref, call));
      return answered(await this.ask('grades', ask), (body) => decodeGrade(body, name), what, { found: false });
    }
    const ask = asking(known(grades), (client, call) => client.gradebook(ref, call));
    return answered(await this.ask('grades', ask), (body) => decodeGradebook(body, name), what, []);
  }

  /** The raw answer, undefined where the service knows nothing. `null` as question: the service is not configured. */
  async ask(service: Service, question: ((call: Call) => Promise<unknown>) | null): Promise<Looked<unknown>> {
    if (question === null) return failed(`${service}-not-configured`, false);
    const { lookupTries, patienceMs, retryMs } = this.parts.limits;
    const until = Date.now() + patienceMs;
    for (let tries = 1; ;) {
      const error = await this.once(service, question);
      if (!(error instanceof ServiceError)) return { ok: true, answer: error };
      if (error.kind === 'refused') return failed(`${service}-refused`, false);
      const asked = error.retryAfterMs;
      if (asked === undefined) tries += 1;
      const pause = asked ?? retryMs * 2 ** (tries - 2);
      if (tries > lookupTries || Date.now() + pause > until) return failed(`${service}-unavailable`, true);
      await this.pause(pause);
    }
  }

  private once(service: Service, question: (call: Call) => Promise<unknown>): Promise<unknown> {
    const call = { key: `export:${this.exportId}` };
    return this.parts.gates[service].run(this.exportId, async () => {
      if (this.signal.aborted) throw new Interrupted();
      try {
        return await question(call);
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
      throw new Interrupted();
    }
  }
}

/** `undefined` as client: nobody to ask about. */
function asking<C>(
  client: C | null | undefined,
  ask: (client: C, call: Call) => Promise<unknown>,
): ((call: Call) => Promise<unknown>) | null {
  if (client === null) return null;
  return client === undefined ? async () => undefined : (call) => ask(client, call);
}

function answered<Of extends LearnerAnswer['of'], A>(
  looked: Looked<unknown>,
  decode: (body: unknown) => Decoded<A>,
  of: Of,
  missing: A,
): Looked<LearnerAnswer> {
  if (!looked.ok) return looked;
  const decoded: Decoded<A> = looked.answer === undefined ? { ok: true, answer: missing } : decode(looked.answer);
  if (!decoded.ok) return { ok: false, outcome: { kind: 'quarantined', reason: decoded.reason } };
  return { ok: true, answer: { of, answer: decoded.answer } as LearnerAnswer };
}

function failed(reason: string, retryable: boolean): Looked<never> {
  return { ok: false, outcome: { kind: 'failed', reason, retryable } };
}
