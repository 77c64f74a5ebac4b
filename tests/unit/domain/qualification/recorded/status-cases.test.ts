import { decidedNow } from '../../../../../domain/qualification/decided-list';
import { decideRetract } from '../../../../../domain/qualification/retract';
import { decideSave } from '../../../../../domain/qualification/save';
import { cleanMessage, statusFaults } from '../../../../../domain/qualification/status-check';
import { loadRecorded } from '../../../../golden/qualification/load-recorded';
import { draftWith, evaluationWith, NOW, saveContext } from '../save-context';

interface StatusCase {
  case: { status: string; message: string | null; plugin: string | null };
  expected: { ok: true; message_after_clean: string } | { ok: false; errors: Record<string, string[]> };
}

interface RowCase {
  case: { status: string; qualifies: boolean | null };
  expected: { ok: boolean; twice?: { ok: boolean } };
}

const { status_clean: statusCases, qualifies_clean: rowCases } = loadRecorded<{
  status_clean: StatusCase[];
  qualifies_clean: RowCase[];
}>('statuses');

/** Errors about the whole say what they are about in their words (D17: the words are our own, the fields the same). */
function fieldOf(field: string, text: string): string {
  if (field !== '__all__') return `/${field}`;
  return /^``plugin`` is not allowed/.test(text) ? '/plugin' : '/message';
}

/** A status of one student, Ann, whom the rule lets qualify or not as the case wants it. */
function rowOf({ status, qualifies }: RowCase['case']): { ok: boolean; rows: number } {
  const users = ['ann'];
  const undecided = qualifies === null ? users : [];
  if (status === 'notready') {
    const qualified = qualifies === null ? [] : users;
    return {
      ok:
        decideRetract({ newest: null, at: NOW, by: 'maria' }, { message: 'm', undecided, qualified }).kind ===
        'retracted',
      rows: 0,
    };
  }
  const now = evaluationWith({ ann: qualifies === false ? 0 : 60 }, users);
  const doubled = { ...now, decisions: [...now.decisions, ...now.decisions] };
  const context = saveContext({ now: doubled, preview: decidedNow(now), draft: draftWith() });
  const decision = decideSave(context, { status, message: 'm', undecided });
  if (decision.kind !== 'saved') return { ok: false, rows: 0 };
  expect(decision.rows[0]).toMatchObject({ qualifies });
  return { ok: true, rows: decision.rows.length };
}

describe('the recorded rules of a status', () => {
  it('are there: 80 cases of a status and 9 of a student in one', () => {
    expect([statusCases.length, rowCases.length]).toEqual([80, 9]);
  });

  it.each(statusCases)('$case: is taken or refused as recorded, for the same fields', ({ case: given, expected }) => {
    const faults = statusFaults(given);
    if (expected.ok) {
      expect(faults).toEqual([]);
      expect(cleanMessage(given.message)).toBe(expected.message_after_clean);
    } else {
      const fields = Object.entries(expected.errors).flatMap(([field, texts]) =>
        texts.map((text) => fieldOf(field, text)),
      );
      expect(faults.map(({ pointer }) => pointer).sort()).toEqual(fields.sort());
    }
  });

  it.each(rowCases)('$case: a student is in a status as recorded, and only once', ({ case: given, expected }) => {
    const { ok, rows } = rowOf(given);
    expect(ok).toBe(expected.ok);
    if (expected.ok) expect({ rows, twice: expected.twice?.ok }).toEqual({ rows: 1, twice: false });
  });
});
