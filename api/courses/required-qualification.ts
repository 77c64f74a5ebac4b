import type { Knex } from 'knex';
import { ApiError } from '../../contracts/api-error';
import { findPeriod } from '../../db/qualification/periods';
import type { QualificationRequirement } from '../../domain/qualification/gate';

/** An exam for a period that nobody knows would keep everybody out. @throws ApiError 400, with the member's place */
export async function requireKnownPeriod(
  knex: Knex,
  requirement: QualificationRequirement | null | undefined,
  place = '',
): Promise<void> {
  if (requirement == null || (await findPeriod(knex, requirement.periodId)) !== undefined) return;
  const pointer = `${place}/requiresQualification/periodId`;
  throw new ApiError('bad-request', `body${pointer} is no period`, {
    errors: [{ in: 'body', pointer, message: 'is no period' }],
  });
}
