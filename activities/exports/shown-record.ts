import type { ExportRecord } from '../../domain/exports/model';

/** A record as people may see it: the learner's session token, kept sealed, is not for showing. */
export function shownRecord<R extends ExportRecord>(record: R): R {
  const { clickThrough } = record.identity;
  if (clickThrough === null) return record;
  return { ...record, identity: { ...record.identity, clickThrough: { ...clickThrough, sessionToken: '[sealed]' } } };
}
