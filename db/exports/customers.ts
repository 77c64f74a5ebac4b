import type { Knex } from 'knex';
import type { Customer } from '../../domain/exports/model';

/** A customer as the platform sends it; the rules need the first three fields only. */
export interface StoredCustomer extends Customer {
  name: string;
  slug: string;
  identityProvider: string | null;
}

const COLUMNS = `id, name, slug, enable_audit_enrollment as "enableAuditEnrollment",
  enable_audit_data_reporting as "enableAuditDataReporting", identity_provider as "identityProvider"`;

export async function findCustomer(knex: Knex, customerId: string): Promise<StoredCustomer | undefined> {
  const { rows } = await knex.raw<{ rows: StoredCustomer[] }>(`select ${COLUMNS} from customers where id = ?`, [
    customerId,
  ]);
  return rows[0];
}

/** Stores a customer; what was stored before is replaced. */
export async function upsertCustomer(knex: Knex, customer: StoredCustomer): Promise<StoredCustomer> {
  const { rows } = await knex.raw<{ rows: StoredCustomer[] }>(
    `insert into customers (id, name, slug, enable_audit_enrollment, enable_audit_data_reporting, identity_provider)
     values (:id, :name, :slug, :enableAuditEnrollment, :enableAuditDataReporting, :identityProvider)
     on conflict (id) do update set name = excluded.name, slug = excluded.slug,
       enable_audit_enrollment = excluded.enable_audit_enrollment,
       enable_audit_data_reporting = excluded.enable_audit_data_reporting,
       identity_provider = excluded.identity_provider
     returning ${COLUMNS}`,
    { ...customer },
  );
  return rows[0] as StoredCustomer;
}
