import type { Knex } from 'knex';
import type { SealingKeys } from '../../config/sealing-keys';
import { queryRow, writeRows } from '../core/query';
import { open, seal } from '../core/sealed';

/** By name, e.g. `clientId`, `clientSecret`. In memory only; at rest they are sealed. */
export type Credentials = Record<string, string>;

/** `keep`: the stored ones stay; null removes them. */
export type CredentialChange = 'keep' | null | { values: Credentials; keys: SealingKeys };

/** The credentials in the clear, for the moment of a call. @throws UnsealError when no configured key opens them. */
export async function readCredentials(
  knex: Knex,
  configurationId: string,
  keys: SealingKeys,
): Promise<Credentials | null> {
  const row = await queryRow<SealedRow>(knex, SELECT_SEALED, { configurationId });
  return row ? openCredentials(row, keys) : null;
}

/**
 * Stores what a channel changed itself (a rotated refresh token) without losing another rotation: `change` gets
 * the locked row, and its result is stored before any other read.
 */
export async function rotateCredentials(
  knex: Knex,
  configurationId: string,
  keys: SealingKeys,
  change: (credentials: Credentials) => Promise<Credentials>,
): Promise<void> {
  await knex.transaction(async (trx) => {
    const row = await queryRow<SealedRow>(trx, `${SELECT_SEALED} for update`, { configurationId });
    if (!row) return;
    const values = await change(openCredentials(row, keys) ?? {});
    const sql =
      'update channel_configurations set credentials = :credentials, credential_names = :names where id = :configurationId';
    await writeRows(trx, sql, { configurationId, ...sealCredentials(row, { values, keys }) });
  });
}

/** What a change makes of the stored credentials; `kept`: it leaves them. */
export function toStoredCredentials(
  channel: ChannelAddress,
  change: CredentialChange,
): { kept: boolean; credentials: string | null; names: string[] } {
  const kept = change === 'keep';
  if (kept || change === null) return { kept, credentials: null, names: [] };
  return { kept, ...sealCredentials(channel, change) };
}

interface ChannelAddress {
  customerId: string;
  channelId: string;
}

interface SealedRow extends ChannelAddress {
  credentials: string | null;
}

const SELECT_SEALED = `select customer_id as "customerId", channel_id as "channelId", credentials
  from channel_configurations where id = :configurationId`;

function sealCredentials(
  row: ChannelAddress,
  { values, keys }: { values: Credentials; keys: SealingKeys },
): { credentials: string; names: string[] } {
  return { credentials: seal(keys, JSON.stringify(values), associatedData(row)), names: Object.keys(values).sort() };
}

function openCredentials(row: SealedRow, keys: SealingKeys): Credentials | null {
  return row.credentials === null
    ? null
    : (JSON.parse(open(keys, row.credentials, associatedData(row))) as Credentials);
}

/** A sealed text opens in its own row only. */
function associatedData({ customerId, channelId }: ChannelAddress): string {
  return JSON.stringify(['channel', customerId, channelId]);
}
