import { readDevKey } from '../../config/dev-key';
import type { Settings } from '../../config/settings';
import { causeCode } from '../failures';
import { type Finding, well, problem, warning } from './finding';

export interface ObservedKeys {
  hasIssuerAndAudience: boolean;
  /** Of AUTH_JWKS_URL; undefined when it is not set. */
  jwks?: { keys: number } | { failure: string };
  /** Of AUTH_DEV_KEY_FILE; undefined when it is not set. */
  devKey?: { file: string } | { failure: string };
  /** How many there are, and which one seals. */
  sealing?: { count: number; currentId: string };
}

type KeySettings = Pick<Settings, 'auth' | 'credentialKeys'>;

export async function observeKeys({ auth, credentialKeys }: KeySettings): Promise<ObservedKeys> {
  const { jwksUrl, devKeyFile, issuer, audience } = auth;
  return {
    hasIssuerAndAudience: Boolean(issuer && audience),
    ...(jwksUrl ? { jwks: await fetchKeySet(jwksUrl) } : {}),
    ...(devKeyFile ? { devKey: await readKey(devKeyFile) } : {}),
    ...(credentialKeys ? { sealing: { count: credentialKeys.keys.size, currentId: credentialKeys.currentId } } : {}),
  };
}

const PATIENCE_MS = 5_000;

async function fetchKeySet(url: string): Promise<{ keys: number } | { failure: string }> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) return { failure: `it answers ${response.status}` };
    const { keys } = (await response.json()) as { keys?: unknown };
    return Array.isArray(keys) ? { keys: keys.length } : { failure: 'it answers something else' };
  } catch (error) {
    return { failure: error instanceof SyntaxError ? 'it answers something else' : causeCode(error) };
  }
}

async function readKey(file: string): Promise<{ file: string } | { failure: string }> {
  return readDevKey(file).then(
    () => ({ file }),
    (error: Error) => ({ failure: error.message }),
  );
}

export function keyFindings(observed: ObservedKeys): Finding[] {
  return [...tokenFindings(observed), sealingFinding(observed)];
}

function tokenFindings({ jwks, devKey, hasIssuerAndAudience }: ObservedKeys): Finding[] {
  if (!jwks && !devKey)
    return [
      problem('token keys', 'none: the API answers every call 401', 'set AUTH_JWKS_URL, AUTH_ISSUER, AUTH_AUDIENCE'),
    ];
  return [
    ...(jwks ? [keySetFinding(jwks)] : []),
    ...(jwks && !hasIssuerAndAudience
      ? [warning('token keys', 'tokens for any service are taken', 'set AUTH_ISSUER and AUTH_AUDIENCE')]
      : []),
    ...(devKey ? [devKeyFinding(devKey)] : []),
  ];
}

function keySetFinding(jwks: { keys: number } | { failure: string }): Finding {
  if ('failure' in jwks)
    return problem('token keys', `AUTH_JWKS_URL gives no keys (${jwks.failure})`, 'correct it, or see to the issuer');
  if (jwks.keys === 0) return problem('token keys', 'AUTH_JWKS_URL gives an empty set', 'see to the issuer');
  return well('token keys', `AUTH_JWKS_URL gives ${jwks.keys}`);
}

/** In production the settings refuse one. */
function devKeyFinding(devKey: { file: string } | { failure: string }): Finding {
  if ('failure' in devKey) return problem('development key', devKey.failure, 'correct AUTH_DEV_KEY_FILE');
  return well('development key', `${devKey.file}: whoever reads it may do anything; production refuses it`);
}

function sealingFinding({ sealing }: ObservedKeys): Finding {
  if (sealing) return well('credential keys', `${sealing.count}, ${sealing.currentId} seals`);
  return warning('credential keys', 'none: credentials and links to recordings are refused', 'set CREDENTIAL_KEYS');
}
