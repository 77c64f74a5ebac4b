import { isDeepStrictEqual } from 'node:util';
import type { Knex } from 'knex';
import { queryRows } from '../core/query';
import { appendAudit, type AuditEntry, type ChangedBy } from './audit';

/** A configuration's members by name. Only those that `redact` leaves may go to the audit log. */
export type Members = Record<string, unknown>;

export interface ConfigurationChange {
  /** What it is, e.g. `channel`; the action is `channel.created` or `channel.changed`. */
  kind: string;
  object: string;
  before: Members | null;
  after: Members;
  /** Of members that differ, those that may be logged. */
  redact: (members: Members) => Members;
  /** What became of secrets, in a word each. */
  secrets?: Record<string, string>;
  /** Which scope allowed it. */
  scope?: string;
  /** What else is to be known of the change. */
  more?: Record<string, unknown>;
}

/** Configurations of one name are changed one by one, also those that are not there yet, until the transaction ends. */
export async function lockConfiguration(trx: Knex, object: string): Promise<void> {
  await queryRows(trx, `select pg_advisory_xact_lock(hashtextextended('configuration:' || :object, 0))`, { object });
}

/**
 * Writes down which members a change touched, with old and new values of the harmless ones. Nothing for no change.
 * @returns whether there was one.
 */
export async function auditConfiguration(trx: Knex, change: ConfigurationChange, by: ChangedBy): Promise<boolean> {
  const entry = auditEntryOf(change, by);
  if (entry) await appendAudit(trx, entry);
  return entry !== null;
}

/** The row that `auditConfiguration` writes; null for no change. */
export function auditEntryOf(change: ConfigurationChange, by: ChangedBy): AuditEntry | null {
  const { kind, object, before, after, redact, secrets = {}, scope = 'exports:write', more = {} } = change;
  const names = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after)])];
  const differing = names.filter((name) => !before || !isDeepStrictEqual(before[name], after[name]));
  const fields = [...differing, ...Object.keys(secrets)];
  if (fields.length === 0) return null;
  const part = (members: Members): Members =>
    redact(Object.fromEntries(differing.map((name) => [name, members[name] ?? null])));
  return {
    ...by,
    scope,
    action: before ? `${kind}.changed` : `${kind}.created`,
    object,
    detail: { fields, ...(before ? { before: part(before) } : {}), after: part(after), ...secrets, ...more },
  };
}
