import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { Scope } from '../../contracts/scopes';
import {
  addApiOptions,
  type ApiAccess,
  apiAccess,
  type ApiOptions,
  callApi,
  describeRefusal,
  HEADER_WORD,
  readReply,
  type UnreachableError,
} from '../api';
import { CommandError, MisuseError } from '../failures';
import { refusedWrite } from './refusal';

/** Options of every subcommand of an exam office. */
export interface OfficeOptions extends ApiOptions {
  json?: boolean;
}

/** The same with what a write is repeated under. */
export interface OfficeWriteOptions extends OfficeOptions {
  key?: string;
  reason?: string;
}

/** Signed by the development key a caller administers everything; with another token it is as that token says. */
const SCOPES: readonly Scope[] = ['qualification:admin', 'qualification:read', 'qualification:write'];

export function addOfficeOptions(command: Command, scope: string): void {
  command.option('--json', "the API's answer on standard output instead of a table");
  addApiOptions(command, `the scope ${scope}`);
}

export function addWriteOptions(command: Command): void {
  command
    .option('--reason <text>', 'why, for those who look it up later')
    .option('--key <key>', 'Idempotency-Key, to repeat what has an unknown outcome');
  addOfficeOptions(command, 'qualification:write');
}

export function officeAccess(options: OfficeOptions): Promise<ApiAccess> {
  return apiAccess(options, { sub: 'exam-office', scopes: SCOPES });
}

/** The address of a period's qualification, below the API's. */
export function qualificationPath(periodId: string): string {
  return `/v1/periods/${encodeURIComponent(periodId)}/qualification`;
}

/** One answer. @throws CommandError for a refusal */
export async function readOffice<T>(access: ApiAccess, path: string): Promise<T> {
  return readReply<T>(await callApi(access, path), access);
}

/** Up to so many items of a list. @throws CommandError for a refusal */
export async function readList<Item>(access: ApiAccess, path: string, most: number): Promise<Item[]> {
  const items: Item[] = [];
  const separator = path.includes('?') ? '&' : '?';
  for (let cursor = ''; ;) {
    const limit = Math.min(200, Math.max(1, most - items.length));
    const page = await readOffice<{ items: Item[]; nextCursor: string | null }>(
      access,
      `${path}${separator}limit=${limit}${cursor}`,
    );
    items.push(...page.items);
    if (page.nextCursor === null || items.length >= most) return items;
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
  }
}

/**
 * One write, which can be repeated under its key where nobody knows what came of it. @throws CommandError when there is no
 * outcome, and for a refusal, with the students it is about
 */
export async function writeOffice<T>(
  access: ApiAccess,
  path: string,
  body: object,
  given: string | undefined,
): Promise<T> {
  const key = given ?? randomUUID();
  if (!HEADER_WORD.test(key)) throw new MisuseError('--key may have no spaces and only ASCII characters.');
  const headers = { 'idempotency-key': key, 'content-type': 'application/json' };
  const repeat = `Repeat with --key ${key} to get the outcome.`;
  const init = { method: 'POST', headers, body: JSON.stringify(body) };
  const reply = await callApi(access, path, init).catch((error: UnreachableError) => {
    throw error.isUnsent ? error : new CommandError(`${error.message}\n${repeat}`);
  });
  if (reply.status >= 500) throw new CommandError(`${describeRefusal(reply, access)}\n${repeat}`);
  if (reply.status >= 300) throw refusedWrite(reply, access);
  return readReply<T>(reply, access);
}

/** @throws MisuseError for anything but a number from 1 */
export function countOf(option: string, text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new MisuseError(`${option} ${text} is no whole number from 1.`);
}
