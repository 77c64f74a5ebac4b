import type { FastifyRequest } from 'fastify';
import type { ProviderSettings } from '../../../config/settings';
import { ApiError } from '../../../contracts/api-error';
import type { LocatedAttempt } from '../../../db/attempts/find';
import { isSameSecret } from '../../auth/same-secret';
import type { ApiContext } from '../../context';
import { CallbackRefusal } from './refusal';

/** @throws ApiError `unknown-provider` */
export function configuredProvider({ settings }: ApiContext, name: string): ProviderSettings {
  const provider = settings.providers.find((candidate) => candidate.name === name);
  if (!provider) throw new ApiError('unknown-provider', 'INVIGIL_PROVIDERS names the configured ones.');
  return provider;
}

/**
 * SoftwareSecure sends no token: the record locator in the payload is its shared secret. Where the provider's
 * settings name a secret or addresses, they are required too. A provider of the REST protocol calls back with tokens only.
 * @returns whether the vendor is authenticated.
 * @throws CallbackRefusal
 */
export function authenticateSoftwareSecure(
  request: FastifyRequest,
  { protocol, callbackSecret, callbackAddresses }: ProviderSettings,
): boolean {
  const known = callbackAddresses === undefined || callbackAddresses.includes(request.ip);
  const proven = callbackSecret !== undefined && isSameSecret(request.headers['x-callback-secret'], callbackSecret);
  const speaksIt = protocol !== 'rest';
  if (speaksIt && known && (proven || callbackSecret === undefined)) return proven;
  throw new CallbackRefusal('callback-refused', 'The callback does not come from where the provider calls from.');
}

/** REST vendors come with a token; one limited to another provider finds nothing here. */
export function authenticateRest(context: ApiContext, request: FastifyRequest, provider: string): ProviderSettings {
  const limit = request.principal.provider;
  if (limit === undefined || limit === provider) return configuredProvider(context, provider);
  throw foreign();
}

/**
 * A vendor may report on attempts it registered, whatever provider their exam has now. One that belongs to no provider is
 * matched by external id alone.
 */
export function requireOwnAttempt(provider: string, located: LocatedAttempt): void {
  if (located.provider !== provider && located.provider !== null) throw foreign();
}

function foreign(): CallbackRefusal {
  const detail = 'There is no such attempt of this provider.';
  return new CallbackRefusal('attempt-not-found', detail, 'callback.foreign-provider');
}
