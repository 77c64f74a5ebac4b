import { ApiError } from '../../contracts/api-error';
import type { ErrorCode } from '../../contracts/errors';
import { findChannel, type StoredChannel } from '../../db/exports/channels';
import { findCustomer, type StoredCustomer } from '../../db/exports/customers';
import type { ApiContext } from '../context';
import type { Principal } from './principal';

/** What lies outside a token's customers is 404 for it. @throws ApiError 404. */
export function requireCustomer(
  { customers }: Principal,
  customerId: string,
  missing: ErrorCode = 'customer-not-found',
): void {
  if (customers !== undefined && !customers.includes(customerId)) throw new ApiError(missing);
}

/** The customer if the token's limits leave it visible. @throws ApiError 404. */
export async function visibleCustomer(
  { knex }: ApiContext,
  principal: Principal,
  customerId: string,
): Promise<StoredCustomer> {
  requireCustomer(principal, customerId);
  const customer = await findCustomer(knex, customerId);
  if (!customer) throw new ApiError('customer-not-found');
  return customer;
}

/** The customer's channel if the token's limits leave it visible. @throws ApiError 404. */
export async function visibleChannel(
  context: ApiContext,
  principal: Principal,
  { customerId, channelId }: { customerId: string; channelId: string },
): Promise<StoredChannel> {
  await visibleCustomer(context, principal, customerId);
  const channel = await findChannel(context.knex, customerId, channelId);
  if (!channel) throw new ApiError('channel-not-found');
  return channel;
}
