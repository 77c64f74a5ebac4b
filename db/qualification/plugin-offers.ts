import type { Knex } from 'knex';
import { queryRow, queryRows } from '../core/query';

export type OfferingRole = 'api' | 'worker';

export interface PluginOffer {
  /** One process, from its start to its end. */
  processId: string;
  role: OfferingRole;
  /** Ids with versions, in a fixed order. */
  plugins: string;
}

/** Who has not said for so long what it offers is taken for gone. */
const SEEN_WITHIN = "interval '2 minutes'";

/** Says what a process offers, and forgets those that are long gone. */
export async function announcePlugins(knex: Knex, offer: PluginOffer): Promise<void> {
  await queryRows(
    knex,
    `with gone as (delete from qualification_plugin_offers where seen_at < clock_timestamp() - interval '1 day')
     insert into qualification_plugin_offers (process_id, role, plugins, seen_at)
     values (:processId, :role, :plugins, clock_timestamp())
     on conflict (process_id) do update set plugins = excluded.plugins, seen_at = excluded.seen_at`,
    { ...offer },
  );
}

/**
 * What a process of the other role offers that lives, if none of them offers the same: null while they agree, and while there
 * is none. With several the one that said so last is named.
 */
export async function findOtherOffer(knex: Knex, { role, plugins }: PluginOffer): Promise<string | null> {
  const row = await queryRow<{ plugins: string }>(
    knex,
    `select plugins from qualification_plugin_offers
     where role <> :role and seen_at > clock_timestamp() - ${SEEN_WITHIN}
     order by (plugins = :plugins) desc, seen_at desc limit 1`,
    { role, plugins },
  );
  return row === undefined || row.plugins === plugins ? null : row.plugins;
}
