import type { EnvReader } from './env-reader';

/** Who signs the tokens that callers carry. */
export interface AuthSettings {
  jwksUrl?: string;
  issuer?: string;
  audience?: string;
  /** A key pair of this installation's own, for development. */
  devKeyFile?: string;
  /** The claim that administrators of periods are named by. */
  personClaim: string;
}

const ISSUER_NEEDED = 'is not set: in production the API only takes tokens of one issuer, for one audience';

export function readAuth(reader: EnvReader): AuthSettings {
  reader.check(
    !reader.inProduction || !reader.raw('AUTH_DEV_KEY_FILE'),
    'AUTH_DEV_KEY_FILE is set: whoever reads the file may do anything, so production does not take it',
  );
  return {
    ...reader.optionalUrl('jwksUrl', 'AUTH_JWKS_URL'),
    ...reader.optional('issuer', 'AUTH_ISSUER'),
    ...reader.optional('audience', 'AUTH_AUDIENCE'),
    ...reader.optional('devKeyFile', 'AUTH_DEV_KEY_FILE'),
    personClaim: reader.text('AUTH_PERSON_CLAIM', 'sub'),
  };
}

/** The API has callers to know; workers and commands have none, so they do without. */
export function checkCallersAreKnown(reader: EnvReader): void {
  if (!reader.inProduction) return;
  for (const name of ['AUTH_JWKS_URL', 'AUTH_ISSUER', 'AUTH_AUDIENCE'])
    reader.check(reader.raw(name) !== undefined, `${name} ${ISSUER_NEEDED}`);
}
