import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { channelDefinition } from '../../clients/channels/registry';
import { ApiError } from '../../contracts/api-error';
import { ok } from '../../contracts/http/common';
import * as http from '../../contracts/http/customers';
import type { Scope } from '../../contracts/scopes';
import { findChannel, listChannels, type StoredChannel } from '../../db/exports/channels';
import { changeChannel } from '../../db/exports/configuration-changes';
import { changedBy } from '../auth/changed-by';
import { visibleChannel, visibleCustomer } from '../auth/customer-access';
import type { RouteOptions } from '../context';
import { idTooLong, isChannelIdTooLong } from '../http/id-length';
import { channelToStore, credentialChange } from './channel-setup';

const tags = ['learner exports'];
const read: { scopes: Scope[] } = { scopes: ['exports:read', 'exports:write'] };
const write: { scopes: Scope[] } = { scopes: ['exports:write'] };

/** Where a customer's learners are exported to. Credentials go in and never come out. */
export const channelRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, { context }) => {
  const one = { tags, params: http.ChannelParams, response: ok(http.ChannelAnswer) };
  app.get('/customers/:customerId/channels/:channelId', { config: read, schema: one }, async ({ principal, params }) =>
    channelAnswer(await visibleChannel(context, principal, params)),
  );

  const all = { tags, params: http.CustomerParams, response: ok(http.ChannelListAnswer) };
  app.get('/customers/:customerId/channels', { config: read, schema: all }, async ({ principal, params }) => {
    const { id } = await visibleCustomer(context, principal, params.customerId);
    return { items: (await listChannels(context.knex, id)).map(channelAnswer), nextCursor: null };
  });

  const pacing = context.settings.exports;
  const schema = { ...one, body: http.ChannelBody };
  app.put('/customers/:customerId/channels/:channelId', { config: write, schema }, async (request) => {
    const { principal, params, body } = request;
    const { id: customerId } = await visibleCustomer(context, principal, params.customerId);
    const stored = await findChannel(context.knex, customerId, params.channelId);
    if (!stored && isChannelIdTooLong(customerId, params.channelId)) throw idTooLong();
    const channel = channelToStore(context, { ...params, customerId }, body, stored);
    if (stored && stored.kind !== channel.kind) throw otherKind();
    const credentials = credentialChange(context, body);
    // First, so that whoever repeats a request that failed here finds the old schedule still stored.
    if (stored?.schedule || channel.schedule) await context.temporal.exports.applySchedule(channel, pacing);
    const result = await changeChannel(context.knex, channel, credentials, changedBy(context, request));
    if (result === 'other-kind') throw otherKind();
    return channelAnswer(result);
  });
};

function otherKind(): ApiError {
  return new ApiError('channel-kind-fixed', 'Make another channel for another kind.');
}

function channelAnswer(channel: StoredChannel): http.ChannelAnswer {
  const { id: _id, credentialNames, options, modifiedAt, ...rest } = channel;
  const fields = new Set([...(channelDefinition(channel.kind)?.credentialFields ?? []), ...credentialNames]);
  const credentials = [...fields].map((name) => [name, credentialNames.includes(name) ? 'set' : 'unset'] as const);
  return {
    ...rest,
    settings: options as http.ChannelAnswer['settings'],
    credentials: Object.fromEntries(credentials),
    modifiedAt: modifiedAt.toISOString(),
  };
}
