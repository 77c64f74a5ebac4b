import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { ProviderSettings } from '../../../config/settings';
import { Refusal } from '../../../contracts/refusal';
import { registeredProvider } from '../../../db/attempts/reviews/callback-attempts';
import type { LocatedAttempt } from '../../../db/attempts/views';
import { keyOf } from '../answer';
import type { ApiContext } from '../../context';
import { turnAway } from './rejected';

/** Stored callbacks are JSON in Postgres, which has no NUL and no half characters. */
const NOT_STORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89ab])/i;

/** @returns the body as JSON, which is what is kept. @throws Refusal `bad-request` */
export function storable(body: unknown): string {
  const json = JSON.stringify(body);
  if (json.includes('\\u') && NOT_STORABLE.test(json)) {
    throw new Refusal('bad-request', 'A text has characters that no text has.');
  }
  return json;
}

/** @throws Refusal `unknown-provider` */
export function configuredProvider({ settings }: ApiContext, name: string): ProviderSettings {
  const provider = settings.providers.find((one) => one.name === name);
  if (!provider) throw new Refusal('unknown-provider', 'INVIGIL_PROVIDERS names the configured ones.');
  return provider;
}

/**
 * SoftwareSecure carries no token: the record locator in the payload is what it knows and nobody else. Where the provider's
 * settings name a secret or addresses, they are needed as well. @returns whether the vendor proved who it is.
 */
export async function admitSoftwareSecure(
  context: ApiContext,
  request: FastifyRequest,
  { name, callbackSecret, callbackAddresses }: ProviderSettings,
): Promise<boolean> {
  const known = callbackAddresses === undefined || callbackAddresses.includes(request.ip);
  const proven = callbackSecret !== undefined && isSame(request.headers['x-callback-secret'], callbackSecret);
  if (known && (proven || callbackSecret === undefined)) return proven;
  const detail = 'The callback does not come from where the provider calls from.';
  return turnAway(context, request, { provider: name, object: 'door' }, { code: 'callback-refused', detail });
}

/** Of equal length by hashing, so that the time taken tells nothing. */
function isSame(given: unknown, secret: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(digest(given), digest(secret));
}

/** REST vendors come with a token; one limited to another provider finds nothing here. */
export async function admitRest(
  context: ApiContext,
  request: FastifyRequest,
  { provider, externalId }: { provider: string; externalId: string },
): Promise<ProviderSettings> {
  const limit = request.principal.provider;
  if (limit === undefined || limit === provider) return configuredProvider(context, provider);
  return turnAway(context, request, { provider, object: externalId }, foreign());
}

/**
 * A vendor speaks for attempts of exams that are its own, or were when it registered them. An exam that left all providers
 * and whose attempt nobody is known to have registered is left to the external id.
 */
export async function requireOwnAttempt(
  context: ApiContext,
  request: FastifyRequest,
  provider: string,
  located: LocatedAttempt,
): Promise<void> {
  if (located.provider === provider) return;
  const registered = await registeredProvider(context.knex, keyOf(located.view));
  const isNobodys = located.provider === null && registered === null;
  if (registered === provider || isNobodys) return;
  await turnAway(context, request, { provider, object: located.view.attemptCode }, foreign());
}

function foreign(): { code: 'attempt-not-found'; detail: string; incident: 'callback.foreign-provider' } {
  return {
    code: 'attempt-not-found',
    detail: 'There is no such attempt of this provider.',
    incident: 'callback.foreign-provider',
  };
}
