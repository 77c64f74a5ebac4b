import type { Knex } from 'knex';
import type { Customer } from '../../domain/exports/model';
import { CustomerModel } from '../core/models';

/** A customer as the platform sends it; the rules need the first three fields only. */
export interface StoredCustomer extends Customer {
  name: string;
  slug: string;
  identityProvider: string | null;
}

export async function findCustomer(knex: Knex, customerId: string): Promise<StoredCustomer | undefined> {
  return CustomerModel.query(knex).findById(customerId);
}

/** Stores a customer; what was stored before is replaced. */
export async function upsertCustomer(knex: Knex, customer: StoredCustomer): Promise<StoredCustomer> {
  return CustomerModel.query(knex).insert(customer).onConflict('id').merge().returning('*');
}
