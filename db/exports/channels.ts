import type { Knex } from 'knex';
import type { ChannelConfiguration, ChannelKind, ExportLevel } from '../../domain/exports/model';
import { queryRow, queryRows } from '../core/query';
import { type CredentialChange, toStoredCredentials } from './credentials';

/** The channel's rate limits: what its owner allows, not what we could do. */
export interface StoredChannelLimits {
  requestsPerSecond: number;
  concurrency: number;
  /** Most records in one request, where the channel takes several. */
  batchSize: number;
}

/** When exports start by themselves. */
export interface ChannelSchedule {
  cron: string;
  timeZone: string;
  jitterSeconds: number;
  paused: boolean;
  levels: ExportLevel[];
}

/** A channel's configuration without its credentials: only their names are given. */
export interface StoredChannel {
  /** The channel's number in the ledger. */
  id: string;
  customerId: string;
  channelId: string;
  kind: ChannelKind;
  baseUrl: string | null;
  credentialNames: string[];
  limits: StoredChannelLimits;
  schedule: ChannelSchedule | null;
  inDoubt: 'hold' | 'resend';
  dryRun: boolean;
  disabled: boolean;
  idpId: string | null;
  transmitTotalHours: boolean;
  /** What only this kind of channel has, e.g. a company or an account. */
  options: Record<string, unknown>;
  modifiedAt: Date;
}

/** What of a stored channel the rules need. */
export function configurationOf({ id, kind, transmitTotalHours }: StoredChannel): ChannelConfiguration {
  return { id, channel: kind, transmitTotalHours };
}

export type ChannelToStore = Omit<StoredChannel, 'id' | 'credentialNames'>;

const COLUMNS = `cast(id as text) as id, customer_id as "customerId", channel_id as "channelId", kind,
  base_url as "baseUrl", credential_names as "credentialNames", limits, schedule, in_doubt as "inDoubt",
  dry_run as "dryRun", disabled, idp_id as "idpId", transmit_total_hours as "transmitTotalHours", options,
  modified_at as "modifiedAt"`;

const SELECT = `select ${COLUMNS} from channel_configurations`;

export function findChannel(knex: Knex, customerId: string, channelId: string): Promise<StoredChannel | undefined> {
  const sql = `${SELECT} where customer_id = :customerId and channel_id = :channelId`;
  return queryRow(knex, sql, { customerId, channelId });
}

/** The channel by the ledger's number, for workers. */
export function findConfiguration(knex: Knex, configurationId: string): Promise<StoredChannel | undefined> {
  return queryRow(knex, `${SELECT} where id = :configurationId`, { configurationId });
}

export function listChannels(knex: Knex, customerId: string): Promise<StoredChannel[]> {
  return queryRows(knex, `${SELECT} where customer_id = :customerId order by channel_id`, { customerId });
}

/** Stores a channel. Its kind never changes: the ledger's rows would mean something else. */
export async function upsertChannel(
  knex: Knex,
  channel: ChannelToStore,
  credentials: CredentialChange,
): Promise<StoredChannel | 'other-kind'> {
  const stored = await queryRow<StoredChannel>(knex, UPSERT, {
    ...channel,
    ...toStoredCredentials(channel, credentials),
    limits: JSON.stringify(channel.limits),
    schedule: channel.schedule && JSON.stringify(channel.schedule),
    options: JSON.stringify(channel.options),
  });
  return stored ?? 'other-kind';
}

const UPSERT = `
  insert into channel_configurations as c (customer_id, channel_id, kind, base_url, credentials, credential_names, limits,
    schedule, in_doubt, dry_run, disabled, idp_id, transmit_total_hours, options, modified_at)
  values (:customerId, :channelId, :kind, :baseUrl, :credentials, :names, cast(:limits as jsonb),
    cast(:schedule as jsonb), :inDoubt, :dryRun, :disabled, :idpId, :transmitTotalHours, cast(:options as jsonb),
    :modifiedAt)
  on conflict (customer_id, channel_id) do update set base_url = excluded.base_url,
    credentials = case when :kept then c.credentials else excluded.credentials end,
    credential_names = case when :kept then c.credential_names else excluded.credential_names end,
    limits = excluded.limits, schedule = excluded.schedule, in_doubt = excluded.in_doubt, dry_run = excluded.dry_run,
    disabled = excluded.disabled, idp_id = excluded.idp_id, transmit_total_hours = excluded.transmit_total_hours,
    options = excluded.options, modified_at = excluded.modified_at
  where c.kind = excluded.kind
  returning ${COLUMNS}`;
