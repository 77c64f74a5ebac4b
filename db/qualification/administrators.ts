import type { Knex } from 'knex';
import { queryRows, writeRows } from '../core/query';

export interface Administrator {
  objectKind: 'node' | 'period';
  objectId: string;
  issuer: string;
  subject: string;
}

/** @returns whether it is new. */
export async function addAdministrator(knex: Knex, administrator: Administrator): Promise<boolean> {
  const written = await writeRows(
    knex,
    `insert into administrators (object_kind, object_id, issuer, subject)
     values (:objectKind, :objectId, :issuer, :subject) on conflict do nothing`,
    administrator,
  );
  return written > 0;
}

/** @returns whether it was there. */
export async function removeAdministrator(knex: Knex, administrator: Administrator): Promise<boolean> {
  const written = await writeRows(
    knex,
    `delete from administrators where object_kind = :objectKind and object_id = :objectId and issuer = :issuer
       and subject = :subject`,
    administrator,
  );
  return written > 0;
}

export async function listAdministrators(
  knex: Knex,
  object: Pick<Administrator, 'objectKind' | 'objectId'>,
): Promise<Pick<Administrator, 'issuer' | 'subject'>[]> {
  return queryRows(
    knex,
    `select issuer, subject from administrators where object_kind = :objectKind and object_id = :objectId
     order by issuer, subject`,
    object,
  );
}
