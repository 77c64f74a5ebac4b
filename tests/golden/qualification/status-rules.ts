import { isDeepStrictEqual } from 'node:util';
import { cleanMessage, statusFaults } from '../../../domain/qualification/status-check';

/** A status as it was validated by itself. */
export interface StatusCase {
  case: { status: string; message: string | null; plugin: string | null };
  expected: { ok: true; message_after_clean: string } | { ok: false; errors: Record<string, string[]> };
}

/** A student in a status as it was validated; `twice` = the same student again. */
export interface RowCase {
  case: { status: string; qualifies: boolean | null };
  expected: { ok: boolean; twice?: { ok: boolean } };
}

export interface StatusRules {
  status_clean?: StatusCase[];
  qualifies_clean?: RowCase[];
}

/** What the rule of statuses says otherwise than recorded: taken or not, the message, and the fields at fault. */
export function statusCaseDifference({ case: given, expected }: StatusCase): string | undefined {
  const faults = statusFaults(given).map(({ pointer }) => pointer);
  const ours = faults.length > 0 ? { fields: faults.sort() } : { message: cleanMessage(given.message) };
  const recorded = expected.ok ? { message: expected.message_after_clean } : { fields: fieldsOf(expected.errors) };
  if (isDeepStrictEqual(ours, recorded)) return undefined;
  return `recorded ${JSON.stringify(recorded)}, observed ${JSON.stringify(ours)}`;
}

function fieldsOf(errors: Record<string, string[]>): string[] {
  return Object.entries(errors)
    .flatMap(([field, texts]) => texts.map((text) => fieldOf(field, text)))
    .sort();
}

/** Errors about the whole say what they are about in their words (D17: the words are our own, the fields the same). */
function fieldOf(field: string, text: string): string {
  if (field !== '__all__') return `/${field}`;
  return /^``plugin`` is not allowed/.test(text) ? '/plugin' : '/message';
}
