import { isDeepStrictEqual } from 'node:util';
import type { Knex } from 'knex';
import { UnsealError } from '../core/sealed';
import type { ChangedBy } from '../requests/audit';
import { auditConfiguration, lockConfiguration, type Members } from '../requests/configuration-audit';
import { type ChannelToStore, findChannel, type StoredChannel, upsertChannel } from './channels';
import { type CredentialChange, readCredentials } from './credentials';
import { findCustomer, type StoredCustomer, upsertCustomer } from './customers';

/** Stores a customer; what changed is in the audit log, in the same transaction. */
export async function changeCustomer(knex: Knex, customer: StoredCustomer, by: ChangedBy): Promise<StoredCustomer> {
  const object = `customer:${encodeURIComponent(customer.id)}`;
  return knex.transaction(async (trx) => {
    await lockConfiguration(trx, object);
    const before = await findCustomer(trx, customer.id);
    const after = await upsertCustomer(trx, customer);
    const members = { before: before ? withoutId(before) : null, after: withoutId(after) };
    await auditConfiguration(trx, { kind: 'customer', object, ...members, redact: (all) => all }, by);
    return after;
  });
}

/**
 * or removed; the same ones given again count as no change, though they are sealed anew.
 * or removed; those given once more as they are stored count as no change, though they are sealed anew.
 */
export async function changeChannel(
  knex: Knex,
  channel: ChannelToStore,
  credentials: CredentialChange,
  by: ChangedBy,
): Promise<StoredChannel | 'other-kind'> {
  const object = ['channel', channel.customerId, channel.channelId].map(encodeURIComponent).join(':');
  return knex.transaction(async (trx) => {
    await lockConfiguration(trx, object);
    const before = await findChannel(trx, channel.customerId, channel.channelId);
    const credentialsChange = await credentialsChangeOf(trx, before, credentials);
    const after = await upsertChannel(trx, channel, credentials);
    if (after === 'other-kind') return after;
    const members = { before: before ? fieldsOf(before) : null, after: fieldsOf(after), redact: redactChannel };
    const secrets = credentialsChange === null ? {} : { credentials: credentialsChange };
    await auditConfiguration(trx, { kind: 'channel', object, ...members, secrets }, by);
    return after;
  });
}

async function credentialsChangeOf(
  trx: Knex,
  before: StoredChannel | undefined,
  change: CredentialChange,
): Promise<'replaced' | 'removed' | null> {
  if (change === 'keep') return null;
  const hadCredentials = before !== undefined && before.credentialNames.length > 0;
  if (change === null) return hadCredentials ? 'removed' : null;
  if (!hadCredentials) return 'replaced';
  try {
    return isDeepStrictEqual(await readCredentials(trx, before.id, change.keys), change.values) ? null : 'replaced';
  } catch (error) {
    if (error instanceof UnsealError) return 'replaced';
    throw error;
  }
}

function withoutId({ id: _id, ...members }: StoredCustomer): Members {
  return members;
}

/** By the names callers know, each setting apart. */
function fieldsOf(channel: StoredChannel): Members {
  const { id: _id, customerId: _of, channelId: _as, credentialNames: _names, modifiedAt: _at, ...rest } = channel;
  const { options, ...members } = rest;
  return { ...members, ...Object.fromEntries(Object.entries(options).map(([name, value]) => [SETTING + name, value])) };
}

const SETTING = 'settings.';

/** Of an address only its host; of settings nothing: they differ by kind of channel and may be secret. */
function redactChannel(members: Members): Members {
  const { baseUrl, ...rest } = Object.fromEntries(
    Object.entries(members).filter(([name]) => !name.startsWith(SETTING)),
  );
  return { ...rest, ...('baseUrl' in members ? { baseUrlHost: hostOf(baseUrl) } : {}) };
}

function hostOf(address: unknown): string | null {
  return typeof address === 'string' && URL.canParse(address) ? new URL(address).host : null;
}
