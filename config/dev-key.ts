import { readFile } from 'node:fs/promises';
import { importJWK, type JWK, SignJWT } from 'jose';

/** What tokens of the development key say of themselves; the API takes no others signed with it. */
export const DEV_ISSUER = 'invigil-dev';
export const DEV_AUDIENCE = 'invigil';
export const DEFAULT_DEV_KEY_FILE = '.invigil/dev-key.json';

/** The file's content, an ES256 key pair. The API needs `publicJwk` only. */
export interface DevKey {
  privateJwk: JWK;
  publicJwk: JWK;
}

export interface DevTokenClaims {
  /** Who acts; with `attempts:take` the learner. */
  sub: string;
  /** Separated by spaces; contracts/scopes lists them. */
  scope: string;
  courses?: readonly string[];
  customers?: readonly string[];
  provider?: string;
  nodes?: readonly string[];
  periods?: readonly string[];
  /** As jose understands it, "1h" unless given. */
  expiresIn?: string;
}

/** Reads a key pair. @throws Error in one sentence when there is no such file, or it holds something else. */
export async function readDevKey(file: string): Promise<DevKey> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(`The development key ${file} cannot be read (${error.code ?? 'unknown cause'}).`);
  });
  const key = parseKey(text);
  if (key === undefined) throw new Error(`${file} holds no development key.`);
  return key;
}

/** A token the API accepts when its AUTH_DEV_KEY_FILE is the same file. @throws Error, as `readDevKey` does. */
export async function signDevToken(keyFile: string, claims: DevTokenClaims): Promise<string> {
  const { privateJwk } = await readDevKey(keyFile);
  const { sub, expiresIn = '1h', ...rest } = claims;
  return new SignJWT({ ...rest })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', ...(privateJwk.kid ? { kid: privateJwk.kid } : {}) })
    .setSubject(sub)
    .setIssuer(DEV_ISSUER)
    .setAudience(DEV_AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(expiresIn)
    .sign(await importJWK(privateJwk, 'ES256'));
}

function parseKey(text: string): DevKey | undefined {
  try {
    const { privateJwk, publicJwk } = JSON.parse(text) as Partial<DevKey>;
    return privateJwk?.kty && publicJwk?.kty ? { privateJwk, publicJwk } : undefined;
  } catch {
    return undefined;
  }
}
