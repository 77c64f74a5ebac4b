import { isDeepStrictEqual } from 'node:util';
import {
  assignmentOf,
  groupOf,
  type RecordedRun,
  type Scenario,
  studentsOf,
} from '../../golden/qualification/scenario';
import {
  periodByRules,
  recordedPeriod,
  recordedRun,
  runByRules,
  type SeenPeriod,
  type SeenRun,
  seenRun,
  settingsOfRun,
  settingsWithout,
} from '../../golden/qualification/scenario-rules';
import { differenceIn } from '../comparison';
import type { ConformanceStack } from '../conformance-stack';
import { type OfficeApi, draftsOf, qualificationOf } from './office-api';
import { assignmentLine, groupLine, type Telling } from './period-lines';
import type { RecordedScenario } from './qualification-files';
import type { Differing } from './qualification-report';

/** What came of a scenario: its period by rules and system, and each of its runs. */
export interface ScenarioResult {
  recorded: RecordedScenario;
  runs: number;
  agreeing: number;
  /** Runs whose refusal is wanted (D3) and whose set agrees once repeated. */
  wanted: string[];
  differences: Differing[];
}

/** Runs a scenario by the rules alone, and again over import, draft and students of the running system. */
export async function runScenario(
  stack: ConformanceStack,
  recorded: RecordedScenario,
  token: string,
): Promise<ScenarioResult> {
  const { one } = recorded;
  const result: ScenarioResult = { recorded, runs: one.runs.length, agreeing: 0, wanted: [], differences: [] };
  const differ = (what: string, difference: string | undefined): boolean => {
    if (difference !== undefined) result.differences.push({ where: `${one.id}, ${what}`, difference });
    return difference !== undefined;
  };
  try {
    differ('by the rules', differenceIn(recordedPeriod(one), periodByRules(one)));
    const period = await importedPeriod(stack, one, `${token}-period`);
    differ('in the system', differenceIn(seenGroupsOf(recordedPeriod(one), one), await periodInSystem(period, one)));
    for (const [index, run] of one.runs.entries()) {
      const expected = recordedRun(one, run);
      const byRules = differenceIn(expected, runByRules(one, run));
      const inSystem = differenceIn(expected, await runInSystem(period, run));
      const [rules, system] = [differ(`run ${index} by the rules`, byRules), differ(`run ${index}`, inSystem)];
      if (rules || system) continue;
      if (expected.refused.length > 0) result.wanted.push('D3');
      else result.agreeing += 1;
    }
  } catch (error) {
    differ('could not be run', (error as Error).message);
  }
  return result;
}

interface ImportedPeriod {
  api: OfficeApi;
  periodId: string;
}

const AS_RECORDED: Telling = { id: (id) => id, at: (instant) => instant.toISOString() };

async function importedPeriod(stack: ConformanceStack, one: Scenario, periodId: string): Promise<ImportedPeriod> {
  const scope = 'qualification:admin qualification:read qualification:write';
  const api = await stack.office({ sub: 'office', scope });
  await api.put('/nodes/recorded', { kind: 'department', name: 'Recorded' });
  const dates = { startsAt: '2013-01-01T00:00:00.000Z', endsAt: '2099-01-01T00:00:00.000Z' };
  await api.put(`/periods/${periodId}`, { nodeId: 'recorded', shortName: one.id, longName: one.id, ...dates });
  await api.importLines(periodId, [
    ...one.assignments.map((assignment) => assignmentLine(assignmentOf(assignment), AS_RECORDED)),
    ...studentsOf(one).map(({ userId, related }) => ({ kind: 'student', userId, related })),
    ...one.groups.map((group, index) => groupLine(groupOf(group, index), AS_RECORDED)),
  ]);
  return { api, periodId };
}

/** Groups are seen with their students; those of mere candidates by the rules only. */
function seenGroupsOf(period: SeenPeriod, { groups, students }: Scenario): SeenPeriod {
  const related = new Set(students.filter((student) => student.related).map(({ key }) => key));
  const seen = groups.filter(({ members }) => members.some((key) => related.has(key))).map(({ key }) => key);
  const states = Object.entries(period.groups).filter(([key]) => seen.includes(key));
  return { ...period, groups: Object.fromEntries(states) };
}

interface ResultItem {
  userId: string;
  results: { assignmentId: string; groups: GroupItem[]; best: GroupItem | null }[];
}

interface GroupItem {
  groupId: number;
  state: string;
  points: number | null;
  passing: boolean | null;
}

async function periodInSystem({ api, periodId }: ImportedPeriod, { groups }: Scenario): Promise<SeenPeriod> {
  const { answer, items } = await api.list<ResultItem>(`${qualificationOf(periodId)}/results`);
  const { assignments, candidates } = answer.body as {
    assignments: { assignmentId: string }[];
    candidates: SeenPeriod['outside'];
  };
  const states = items
    .flatMap(({ results }) => results.flatMap((one) => one.groups))
    .map(({ groupId, state, points }) => [groups[groupId - 1]?.key ?? '', [state, points]] as const);
  const best = items.map(({ userId, results }) => {
    const cells = results.map((one) => [one.assignmentId, one.best && [one.best.points, one.best.passing]] as const);
    return [userId, Object.fromEntries(cells)] as const;
  });
  return {
    assignments: assignments.map(({ assignmentId }) => assignmentId),
    groups: Object.fromEntries(states) as SeenPeriod['groups'],
    best: Object.fromEntries(best) as SeenPeriod['best'],
    outside: candidates,
  };
}

interface DecidedItem {
  userId: string;
  qualifies: boolean;
  reason: { params: Record<string, unknown> };
}

/** A draft by the recorded choice; where students in it are refused, it is made again without them. */
async function runInSystem(period: ImportedPeriod, run: RecordedRun): Promise<SeenRun> {
  const { api, periodId } = period;
  const { plugin } = run;
  const first = await api.draft(periodId, { plugin, settings: settingsOfRun(run) });
  const refused = first.status === 400 ? unknownStudentsIn(first.body) : [];
  const made =
    refused.length === 0 ? first : await api.draft(periodId, { plugin, settings: settingsWithout(run, refused) });
  if (made.status !== 201 || made.body['state'] !== 'ready') throw new Error(`no draft: ${made.text}`);
  const path = `${draftsOf(periodId)}/${String(made.body['draftId'])}/students`;
  const { items } = await api.list<DecidedItem>(path);
  const counts = { students: items.length, qualify: items.filter(({ qualifies }) => qualifies).length };
  if (!isDeepStrictEqual(made.body['counts'], counts)) {
    throw new Error(`a draft counts ${JSON.stringify(made.body['counts'])}, and lists ${JSON.stringify(counts)}`);
  }
  return seenRun(run, refused, items);
}

function unknownStudentsIn(body: Record<string, unknown>): string[] {
  const errors = (body['errors'] ?? []) as { code?: string; value?: string }[];
  return errors.filter(({ code }) => code === 'unknown-student').map(({ value }) => value ?? '');
}
