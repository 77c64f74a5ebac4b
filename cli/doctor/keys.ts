import { fetchKeySet } from '../../clients/http/key-set';
import { readField } from '../../clients/http/transport';
import type { TokenIssuer } from '../../config/auth-settings';
import { readDevKey } from '../../config/dev-key';
import type { Settings } from '../../config/settings';
import { type Finding, well, problem, warning } from './finding';

type KeySet = { keys: number } | { failure: string };

export interface ObservedKeys {
  /** Of each issuer whose tokens count. `isNamed`: only tokens of that issuer, for a named audience. */
  issuers: { name: string; isNamed: boolean; keySet: KeySet }[];
  /** Of AUTH_DEV_KEY_FILE; undefined when it is not set. */
  devKey?: { file: string } | { failure: string };
  /** How many there are, and which one seals. */
  sealing?: { count: number; currentId: string };
}

type KeySettings = Pick<Settings, 'auth' | 'credentialKeys'>;

export async function observeKeys({ auth, credentialKeys }: KeySettings): Promise<ObservedKeys> {
  const { issuers, devKeyFile } = auth;
  return {
    issuers: await Promise.all(issuers.map(observeIssuer)),
    ...(devKeyFile ? { devKey: await readKey(devKeyFile) } : {}),
    ...(credentialKeys ? { sealing: { count: credentialKeys.keys.size, currentId: credentialKeys.currentId } } : {}),
  };
}

async function observeIssuer(entry: TokenIssuer): Promise<ObservedKeys['issuers'][number]> {
  const { issuer, audience, jwksUrl, jwks } = entry;
  const keySet = jwksUrl === undefined ? { keys: jwks?.keys.length ?? 0 } : await countKeys(jwksUrl);
  return { name: issuer ?? 'AUTH_JWKS_URL', isNamed: Boolean(issuer && audience), keySet };
}

async function countKeys(url: string): Promise<KeySet> {
  try {
    const keys = readField(await fetchKeySet(url), 'keys');
    return Array.isArray(keys) ? { keys: keys.length } : { failure: 'it answers something else' };
  } catch (error) {
    return { failure: (error as Error).message };
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

function tokenFindings({ issuers, devKey }: ObservedKeys): Finding[] {
  if (issuers.length === 0 && !devKey)
    return [
      problem(
        'token keys',
        'none: the API answers every call 401',
        'set AUTH_ISSUERS, or AUTH_JWKS_URL and what goes with it',
      ),
    ];
  return [
    ...issuers.map(keySetFinding),
    ...(issuers.every(({ isNamed }) => isNamed)
      ? []
      : [warning('token keys', 'tokens for any service are taken', 'set AUTH_ISSUER and AUTH_AUDIENCE')]),
    ...(devKey ? [devKeyFinding(devKey)] : []),
  ];
}

function keySetFinding({ name, keySet }: ObservedKeys['issuers'][number]): Finding {
  if ('failure' in keySet)
    return problem(
      'token keys',
      `${name} gives no keys (${keySet.failure})`,
      'correct its address, or see to the issuer',
    );
  if (keySet.keys === 0) return problem('token keys', `${name} gives an empty set`, 'see to the issuer');
  return well('token keys', `${name} gives ${keySet.keys}`);
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
