import type { EnvReader } from './env-reader';

interface CallbackGuard {
  name: string;
  protocol?: 'software_secure' | 'rest';
  callbackSecret?: string;
  callbackAddresses?: readonly string[];
}

/**
 * Whether reviews of a provider are taken from anybody who knows an attempt's code and external id. SoftwareSecure's callbacks
 * carry no token; those of REST providers do, and such a provider's SoftwareSecure addresses are closed.
 */
export function isUnguarded({ protocol, callbackSecret, callbackAddresses = [] }: CallbackGuard): boolean {
  return protocol !== 'rest' && callbackSecret === undefined && callbackAddresses.length === 0;
}

/** In production every provider that may call back without a token has to be known otherwise. */
export function checkGuards(reader: EnvReader, providers: readonly CallbackGuard[]): void {
  if (!reader.inProduction) return;
  for (const provider of providers)
    reader.check(
      !isUnguarded(provider),
      `INVIGIL_PROVIDERS ${provider.name}: its SoftwareSecure callbacks would be taken from anybody; give it a callbackSecret, callbackAddresses or the protocol rest`,
    );
}
