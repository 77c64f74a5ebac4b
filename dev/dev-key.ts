import { existsSync, readFileSync } from 'node:fs';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose';
import { keepOnce } from './key-file';

export const DEV_ISSUER = 'invigil-dev';
export const DEV_AUDIENCE = 'invigil';
export const DEFAULT_DEV_KEY_FILE = '.invigil/dev-key.json';

/** The file's content. The API needs `publicJwk` only. */
export interface DevKey {
  privateJwk: JWK;
  publicJwk: JWK;
}

export interface DevTokenClaims {
  /** Who acts; with `attempts:take` the learner. */
  sub: string;
  /** Space separated, API.md lists them. */
  scope: string;
  courses?: readonly string[];
  customers?: readonly string[];
  provider?: string;
  /** As jose understands it, "1h" unless given. */
  expiresIn?: string;
}

/** The ES256 key pair of this installation, made at first use and readable by its owner only. Never for production. */
export async function devKey(file: string): Promise<DevKey> {
  if (!existsSync(file)) await makeKey(file);
  return JSON.parse(readFileSync(file, 'utf8')) as DevKey;
}

/** A token the API accepts when its AUTH_DEV_KEY_FILE is the same file. */
export async function signDevToken(keyFile: string, claims: DevTokenClaims): Promise<string> {
  const { privateJwk } = await devKey(keyFile);
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

async function makeKey(file: string): Promise<void> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const publicJwk = await exportJWK(publicKey);
  const common = { kid: await calculateJwkThumbprint(publicJwk), alg: 'ES256', use: 'sig' };
  const key = { privateJwk: { ...(await exportJWK(privateKey)), ...common }, publicJwk: { ...publicJwk, ...common } };
  keepOnce(file, `${JSON.stringify(key, null, 2)}\n`);
}
