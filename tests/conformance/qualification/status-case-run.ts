import { statusCaseDifference } from '../../golden/qualification/status-rules';
import type { ConformanceStack } from '../conformance-stack';
import { type OfficeApi, draftsOf, qualificationOf } from './office-api';
import type { RecordedRowCase, RecordedStatusCase } from './qualification-files';
import type { Differing } from './qualification-report';

/** What came of a recorded rule of statuses. */
export interface StatusCaseResult {
  recorded: RecordedStatusCase | RecordedRowCase;
  differences: Differing[];
}

/** A status by the rule alone, as it was recorded. */
export function runStatusCase(recorded: RecordedStatusCase): StatusCaseResult {
  return resultOf(recorded, statusCaseDifference(recorded.one));
}

/** A student in a status: saved over the API, and put there again in the database, whose key must refuse it. */
export async function runRowCase(
  stack: ConformanceStack,
  recorded: RecordedRowCase,
  token: string,
): Promise<StatusCaseResult> {
  const { expected } = recorded.one;
  try {
    const periodId = `${token}-row`;
    const taken = await savedRow(stack, periodId, recorded.one.case);
    if (taken !== expected.ok) return resultOf(recorded, `recorded ok ${expected.ok}, observed ${taken}`);
    const twice = taken ? await isTakenTwice(stack, periodId) : false;
    const wanted = expected.twice?.ok ?? false;
    return resultOf(recorded, twice === wanted ? undefined : `twice: recorded ok ${wanted}, observed ${twice}`);
  } catch (error) {
    return resultOf(recorded, `could not be run: ${(error as Error).message}`);
  }
}

function resultOf(recorded: StatusCaseResult['recorded'], difference: string | undefined): StatusCaseResult {
  const where = JSON.stringify(recorded.one.case);
  return { recorded, differences: difference === undefined ? [] : [{ where, difference }] };
}

const DAY_MS = 86_400_000;

/** A period of one student, whom the rule lets qualify or not as the case wants it. @returns whether the save was taken */
async function savedRow(
  stack: ConformanceStack,
  periodId: string,
  { status, qualifies }: RecordedRowCase['one']['case'],
): Promise<boolean> {
  const api = await periodOfOne(stack, periodId);
  const undecided = qualifies === null ? ['ann'] : [];
  if (status === 'notready') {
    const lists = { undecided, qualified: qualifies === null ? [] : ['ann'] };
    return (await api.post(`${qualificationOf(periodId)}/retract`, { message: 'm', ...lists })).status === 201;
  }
  const settings = { students: qualifies === false ? [] : ['ann'] };
  const draft = await api.draft(periodId, { plugin: 'select', settings });
  const url = `${draftsOf(periodId)}/${String(draft.body['draftId'])}/save`;
  const saved = await api.post(url, { status, message: 'm', undecided });
  if (saved.status !== 201) return false;
  const { items } = await api.list<{ qualifies: boolean | null }>(`${qualificationOf(periodId)}/statuses/1/students`);
  return items.length === 1 && items[0]?.qualifies === qualifies;
}

async function periodOfOne(stack: ConformanceStack, periodId: string): Promise<OfficeApi> {
  const scope = 'qualification:admin qualification:read qualification:write';
  const api = await stack.office({ sub: 'office', scope });
  await api.put('/nodes/recorded', { kind: 'department', name: 'Recorded' });
  const [startsAt, endsAt] = [-30, 30].map((days) => new Date(Date.now() + days * DAY_MS).toISOString());
  await api.put(`/periods/${periodId}`, { nodeId: 'recorded', shortName: 'row', longName: 'Row', startsAt, endsAt });
  await api.importLines(periodId, [{ kind: 'student', userId: 'ann' }]);
  return api;
}

/** @returns whether the database takes the saved student a second time */
async function isTakenTwice({ knex }: ConformanceStack, periodId: string): Promise<boolean> {
  const again = knex.raw(
    `insert into qualification_rows (status_id, position, user_id, qualifies, ruled, reason, points, state, group_ids)
     select status_id, position + 1, user_id, qualifies, ruled, reason, points, state, group_ids
     from qualification_rows join qualification_statuses using (status_id) where period_id = ?`,
    [periodId],
  );
  return again.then(
    () => true,
    (error: { code?: string }) => {
      if (error.code === UNIQUE_VIOLATION) return false;
      throw error;
    },
  );
}

const UNIQUE_VIOLATION = '23505';
