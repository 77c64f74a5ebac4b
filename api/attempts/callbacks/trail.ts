import type { FastifyError, FastifyRequest } from 'fastify';
import { ERRORS } from '../../../contracts/errors';
import { findByCode } from '../../../db/attempts/find';
import { findLiveByExternalId } from '../../../db/attempts/reviews/callback-attempts';
import { appendAudit } from '../../../db/requests/audit';
import { readSoftwareSecureReview } from '../../../domain/attempts/reviews/payload';
import type { ApiContext } from '../../context';
import { toApiError } from '../../plugins/problem';
import { RecentRefusals } from './recent-refusals';
import { type Incident, incidentOf } from './refusal';

/** What a callback says it is about, in its address or its body. */
interface Named {
  provider: string;
  attemptCode?: string | undefined;
  /** Of the address only: in SoftwareSecure's bodies it is the shared secret. */
  externalId?: string | undefined;
}

const MAX_LENGTH = 255;
/** Postgres stores neither NUL nor half a character. */
const NOT_PRINTABLE = /\p{C}/gu;

/**
 * What became of callbacks that changed nothing, in the audit log: "the vendor says they sent it" has an answer. Ids only, and
 * never a body. The object is the attempt, where the callback names one there is, else the provider.
 */
export class CallbackTrail {
  private readonly recent = new RecentRefusals();

  constructor(private readonly context: ApiContext) {}

  /** A refused callback, the same one once a minute. The answer stays the same when the log cannot be written. */
  async refused(request: FastifyRequest, error: FastifyError): Promise<void> {
    const refusal = toApiError(error);
    const { code } = refusal;
    if (ERRORS[code].status >= 500) return;
    try {
      const named = namedBy(request);
      const known = await this.codeOf(named);
      const caller = this.callerOf(named);
      const object = known === null ? caller : `attempt:${known}`;
      const held = this.recent.pass([caller, code, object].join(' '), this.context.now().getTime());
      if (held === null) return;
      const detail = {
        ...(known === null ? named : { provider: named.provider }),
        code,
        ...(held > 0 ? { held } : {}),
      };
      await this.append(request, incidentOf(refusal), object, detail);
    } catch (failure) {
      request.log.warn({ err: failure, code }, 'the refused callback is not in the audit log');
    }
  }

  /** A callback that came before, and was answered as it was then. */
  async repeated(request: FastifyRequest, provider: string, attemptCode: string): Promise<void> {
    await this.append(request, 'callback.replayed', `attempt:${attemptCode}`, { provider });
  }

  private async codeOf({ provider, attemptCode, externalId }: Named): Promise<string | null> {
    const { knex, now } = this.context;
    if (attemptCode !== undefined) return (await findByCode(knex, attemptCode, now()))?.view.attemptCode ?? null;
    if (externalId === undefined) return null;
    const found = await findLiveByExternalId(knex, externalId, now());
    return (found.find((one) => one.provider === provider) ?? found[0])?.view.attemptCode ?? null;
  }

  /** Names that nobody configured share one object: anybody may make them up. */
  private callerOf({ provider }: Named): string {
    const isConfigured = this.context.settings.providers.some(({ name }) => name === provider);
    return `provider:${isConfigured ? provider : 'unknown'}`;
  }

  private async append(request: FastifyRequest, action: Incident, object: string, detail: object): Promise<void> {
    const { knex, now } = this.context;
    // The token may be what was refused.
    const principal = request.principal as FastifyRequest['principal'] | null;
    const who = { actor: principal?.id ?? 'anonymous', scope: 'callbacks', requestId: request.id };
    await appendAudit(knex, { at: now(), ...who, action, object, detail });
  }
}

function namedBy({ params, body }: FastifyRequest): Named {
  const { provider, attemptCode, externalId } = params as Partial<Record<keyof Named, string>>;
  const named = attemptCode ?? (externalId === undefined ? readSoftwareSecureReview(body).attemptCode : undefined);
  const cut = (text: string | undefined): string | undefined => text?.slice(0, MAX_LENGTH).replace(NOT_PRINTABLE, '?');
  return { provider: cut(provider) ?? '', attemptCode: cut(named), externalId: cut(externalId) };
}
