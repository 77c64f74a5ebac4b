import type { EnvReader } from './env-reader';

/** The parts of the settings that tokens for vendors depend on. */
interface VendorTokenSettings {
  providers: readonly { name: string; inboundClientId?: string; inboundClientSecret?: string }[];
  publicUrl?: string;
  credentialKeys?: unknown;
  auth: { issuers: readonly { issuer?: string }[] };
}

/** PUBLIC_URL: where callers reach this service, without trailing slash. */
export function readPublicUrl(reader: EnvReader): { publicUrl?: string } {
  const { publicUrl } = reader.optional('publicUrl', 'PUBLIC_URL');
  if (publicUrl === undefined) return {};
  const isAddress = /^https?:\/\/[^?#]+$/.test(publicUrl) && URL.canParse(publicUrl);
  reader.check(isAddress, 'PUBLIC_URL must be an address that starts with https:// or http://, without query');
  return { publicUrl: publicUrl.replace(/\/+$/, '') };
}

/** Checks that providers which get tokens here can get them, each by a client id of its own. */
export function checkVendorClients(reader: EnvReader, settings: VendorTokenSettings): void {
  const { providers, publicUrl, credentialKeys, auth } = settings;
  const clients = providers.filter(({ inboundClientId }) => inboundClientId !== undefined);
  for (const { name, inboundClientId, inboundClientSecret } of providers)
    reader.check(
      (inboundClientId === undefined) === (inboundClientSecret === undefined),
      `INVIGIL_PROVIDERS ${name}: inboundClientId and inboundClientSecret go together`,
    );
  const ids = clients.map(({ inboundClientId }) => inboundClientId);
  reader.check(new Set(ids).size === ids.length, 'INVIGIL_PROVIDERS: two providers have the same inboundClientId');
  reader.check(
    clients.length === 0 || (publicUrl !== undefined && credentialKeys !== undefined),
    'INVIGIL_PROVIDERS: an inboundClientId needs PUBLIC_URL, which its tokens name as their issuer, and CREDENTIAL_KEYS, which their keys are sealed with',
  );
  reader.check(
    !auth.issuers.some(({ issuer }) => issuer !== undefined && issuer === publicUrl),
    'PUBLIC_URL is also the issuer of AUTH_ISSUER or AUTH_ISSUERS: the tokens for vendors must have an issuer of their own',
  );
}
