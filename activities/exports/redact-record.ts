import type { ExportRecord } from '../../domain/exports/model';

/** A record as people may see it: without the learner's session token, which is stored sealed. */
export function redactRecord<R extends ExportRecord>(record: R): R {
  const { clickThrough } = record.identity;
  if (clickThrough === null) return record;
  return { ...record, identity: { ...record.identity, clickThrough: { ...clickThrough, sessionToken: '[sealed]' } } };
}
