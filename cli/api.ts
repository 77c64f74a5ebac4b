import type { Command } from 'commander';
import { signDevToken } from '../config/dev-key';
import type { Env } from '../config/env-reader';
import type { Problem } from '../contracts/http/common';
import type { Scope } from '../contracts/scopes';
import { type AddressOptions, findApi, findKeyFile, type Found } from './addresses';
import { causeCode, CommandError, MisuseError } from './failures';

export interface ApiOptions extends AddressOptions {
  token?: string;
}

/** Where the API is and what to say there. */
export interface ApiAccess {
  api: Found;
  token: string;
  /** What to correct when the token is not accepted. */
  tokenFrom: string;
}

/** Options of each command that calls the API. */
export function addApiOptions(command: Command, scopes: string): void {
  command
    .option('--url <url>', 'the API (else INVIGIL_URL, a running `npm start`, http://127.0.0.1:8080)')
    .option('--token <token>', `a token with ${scopes} (else INVIGIL_TOKEN, or one signed with the development key)`)
    .option('--data-dir <folder>', 'the data folder of `npm start` (else INVIGIL_DATA_DIR, .invigil)');
}

/** What can be sent in a header: no space, no line end. */
export const HEADER_WORD = /^[\x21-\x7e]+$/;

/** Reads what `addApiOptions` added. @throws MisuseError, CommandError when there is neither a token nor a key to sign one. */
export async function apiAccess(
  options: ApiOptions,
  { sub, scopes, env = process.env }: { sub: string; scopes: readonly Scope[]; env?: Env },
): Promise<ApiAccess> {
  const api = findApi(options, env);
  const token = options.token ?? env['INVIGIL_TOKEN'];
  const tokenFrom = options.token === undefined ? 'INVIGIL_TOKEN' : '--token';
  if (token && !HEADER_WORD.test(token)) throw new MisuseError(`The text of ${tokenFrom} cannot be a token.`);
  if (token) return { api, token, tokenFrom };
  const keyFile = findKeyFile(options, env);
  try {
    const signed = await signDevToken(keyFile.value, { sub, scope: scopes.join(' ') });
    return { api, token: signed, tokenFrom: `the development key ${keyFile.value} (${keyFile.from})` };
  } catch (error) {
    throw new CommandError(`${(error as Error).message} Give a token with --token or INVIGIL_TOKEN.`);
  }
}

/** Longest wait for an answer: longer than the API itself waits for an outcome. */
const PATIENCE_MS = 120_000;

export interface ApiReply {
  status: number;
  text: string;
}

/** One call of the API, read to its end. @throws CommandError when nothing answers. */
export async function callApi({ api, token }: ApiAccess, path: string, init: RequestInit = {}): Promise<ApiReply> {
  const headers = { ...(init.headers as Record<string, string>), authorization: `Bearer ${token}` };
  try {
    const response = await fetch(`${api.value}${path}`, { ...init, headers, signal: AbortSignal.timeout(PATIENCE_MS) });
    return { status: response.status, text: await response.text() };
  } catch (error) {
    throw new UnreachableError(api, error);
  }
}

/** Nobody answered; whether the request arrived is not known unless `isUnsent`. */
export class UnreachableError extends CommandError {
  constructor({ value, from }: Found, error: unknown) {
    const code = causeCode(error);
    super(
      `Nothing answers at ${value} (${code}); the address is from ${from}.\n` +
        'Is the API running, in development by `npm start`? --url or INVIGIL_URL name another address.',
    );
    this.isUnsent = UNSENT.has(code);
  }

  readonly isUnsent: boolean;
}

const UNSENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'bad port']);

/** A refusal in one line, and what to do where that is not in it. */
export function describeRefusal({ status, text }: ApiReply, { api, tokenFrom }: ApiAccess): string {
  const problem = parseProblem(text);
  if (!problem) return `${api.value} answered ${status}, and not as Invigil does; the address is from ${api.from}.`;
  const { title, detail, code } = problem;
  const line = `${title}${detail === undefined ? '' : `: ${detail}`} (${code})`;
  return status === 401 ? `${line}\nThe token is from ${tokenFrom}; --token or INVIGIL_TOKEN give another.` : line;
}

/** A refusal of an export that goes on already names it. */
type RefusalDocument = Problem & { exportId?: string };

/** Undefined for what is no problem document (RFC 9457). */
export function parseProblem(text: string): RefusalDocument | undefined {
  try {
    const problem = JSON.parse(text) as Partial<RefusalDocument> | null;
    return typeof problem?.title === 'string' && typeof problem.code === 'string'
      ? (problem as RefusalDocument)
      : undefined;
  } catch {
    return undefined;
  }
}

/** The body of a good answer. @throws CommandError for a refusal, and when something else listens there. */
export function readReply<T>(reply: ApiReply, access: ApiAccess): T {
  const { api } = access;
  if (reply.status < 200 || reply.status > 299) throw new CommandError(describeRefusal(reply, access));
  try {
    return JSON.parse(reply.text) as T;
  } catch {
    throw new CommandError(`${api.value} does not answer as Invigil does; the address is from ${api.from}.`);
  }
}
