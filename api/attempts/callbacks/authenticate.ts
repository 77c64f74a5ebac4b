import type { FastifyRequest } from 'fastify';
import type { ProviderSettings } from '../../../config/settings';
import { ApiError } from '../../../contracts/api-error';
import type { LocatedAttempt } from '../../../db/attempts/find';
import { registeredProvider } from '../../../db/attempts/reviews/callback-attempts';
import { isSameSecret } from '../../auth/same-secret';
import type { ApiContext } from '../../context';
import { rejectCallback } from './reject';

/** @throws ApiError `unknown-provider` */
export function configuredProvider({ settings }: ApiContext, name: string): ProviderSettings {
  const provider = settings.providers.find((candidate) => candidate.name === name);
  if (!provider) throw new ApiError('unknown-provider', 'INVIGIL_PROVIDERS names the configured ones.');
  return provider;
}

/**
 * SoftwareSecure sends no token: the record locator in the payload is its shared secret. Where the provider's
 * settings name a secret or addresses, they are required too. @returns whether the vendor is authenticated.
 */
export async function authenticateSoftwareSecure(
  context: ApiContext,
  request: FastifyRequest,
  { name, callbackSecret, callbackAddresses }: ProviderSettings,
): Promise<boolean> {
  const known = callbackAddresses === undefined || callbackAddresses.includes(request.ip);
  const proven = callbackSecret !== undefined && isSameSecret(request.headers['x-callback-secret'], callbackSecret);
  if (known && (proven || callbackSecret === undefined)) return proven;
  const detail = 'The callback does not come from where the provider calls from.';
  return rejectCallback(context, request, { provider: name, object: 'door' }, { code: 'callback-refused', detail });
}

/** REST vendors come with a token; one limited to another provider finds nothing here. */
export async function authenticateRest(
  context: ApiContext,
  request: FastifyRequest,
  { provider, externalId }: { provider: string; externalId: string },
): Promise<ProviderSettings> {
  const limit = request.principal.provider;
  if (limit === undefined || limit === provider) return configuredProvider(context, provider);
  return rejectCallback(context, request, { provider, object: externalId }, FOREIGN);
}

/**
 * A vendor may report on attempts of its own exams, or that it registered. An exam that left all providers
 * and whose attempt has no known registration is matched by external id alone.
 */
export async function requireOwnAttempt(
  context: ApiContext,
  request: FastifyRequest,
  provider: string,
  located: LocatedAttempt,
): Promise<void> {
  if (located.ref.provider === provider) return;
  const registered = await registeredProvider(context.knex, located.ref);
  const isUnclaimed = located.ref.provider === null && registered === null;
  if (registered === provider || isUnclaimed) return;
  await rejectCallback(context, request, { provider, object: located.view.attemptCode }, FOREIGN);
}

const FOREIGN = {
  code: 'attempt-not-found',
  detail: 'There is no such attempt of this provider.',
  incident: 'callback.foreign-provider',
} as const;
