import type { Knex } from 'knex';
import { groupResult } from '../../domain/qualification/group-result';
import type { AssignmentGroup, GroupDeadline, PublishedFeedback } from '../../domain/qualification/model';
import { lastOfEach } from '../core/last-of-each';
import { queryRows } from '../core/query';
import { groupStateNumber } from './group-states';
import { writePeriodRecords } from './import-rows';

/** Instants as they stand in a line and in the column: ISO 8601. */
export interface DeadlineJson {
  deadlineAt: string;
  feedback: (Omit<PublishedFeedback, 'savedAt'> & { savedAt: string })[];
}

export interface GroupRow {
  groupId: number;
  assignmentId: string;
  members: string[];
  isOpen: boolean;
  deadlines: DeadlineJson[];
}

/** Replaces groups whole, members and feedback with them; what rules see of each is worked out here, once. */
export async function replaceGroups(trx: Knex, periodId: string, given: readonly GroupRow[]): Promise<void> {
  const groups = lastOfEach(given, ({ groupId }) => groupId);
  await writePeriodRecords(trx, UPSERT, { periodId }, groups.map(withResult));
  await writePeriodRecords(trx, REMOVE_MEMBERS, { periodId }, groups.map(memberLists));
  await writePeriodRecords(trx, ADD_MEMBERS, { periodId }, groups.map(memberLists));
}

export interface FeedbackToAdd {
  groupId: number;
  /** Which deadline of the group, from 0. */
  deadline: number;
  feedback: DeadlineJson['feedback'][number];
}

/** The groups a batch of feedback is for, as they are now. */
export async function findGroups(trx: Knex, periodId: string, groupIds: readonly number[]): Promise<GroupRow[]> {
  return queryRows<GroupRow>(
    trx,
    `select cast(group_id as float8) as "groupId", assignment_id as "assignmentId", is_open as "isOpen", deadlines,
       '{}'::text[] as members
     from period_groups where period_id = :periodId
       and group_id in (select cast(id as bigint) from json_array_elements_text(cast(:ids as json)) as id)`,
    { periodId, ids: JSON.stringify(groupIds) },
  );
}

/** Writes groups whose feedback changed; their members stay. */
export async function updateFeedback(trx: Knex, periodId: string, groups: readonly GroupRow[]): Promise<void> {
  await writePeriodRecords(trx, UPSERT, { periodId }, groups.map(withResult));
}

/** The group with one feedback more; one of the same id is replaced. Undefined where there is no such deadline. */
export function withFeedback(group: GroupRow, { deadline, feedback }: FeedbackToAdd): GroupRow | undefined {
  if (group.deadlines[deadline] === undefined) return undefined;
  const deadlines = group.deadlines.map((one, index) => {
    const others = one.feedback.filter(({ feedbackId }) => feedbackId !== feedback.feedbackId);
    return { deadlineAt: one.deadlineAt, feedback: index === deadline ? [...others, feedback] : others };
  });
  return { ...group, deadlines };
}

function withResult(group: GroupRow): object {
  const { state, points, passing, grade, lastDeadlineAt } = groupResult(groupOf(group));
  const { groupId, assignmentId, isOpen, deadlines } = group;
  return {
    groupId,
    assignmentId,
    isOpen,
    deadlines,
    state: groupStateNumber(state),
    points,
    passing,
    grade,
    lastDeadlineAt,
  };
}

function groupOf({ deadlines, ...group }: GroupRow): AssignmentGroup {
  return { ...group, deadlines: deadlines.map(deadlineOf) };
}

function deadlineOf({ deadlineAt, feedback }: DeadlineJson): GroupDeadline {
  const saved = feedback.map((one) => ({ ...one, savedAt: new Date(one.savedAt) }));
  return { deadlineAt: new Date(deadlineAt), feedback: saved };
}

const memberLists = ({ groupId, members }: GroupRow): object => ({ groupId, members });

const UPSERT = `
  insert into period_groups (period_id, group_id, assignment_id, is_open, deadlines, state, points, passing, grade,
    last_deadline_at)
  select :periodId, r."groupId", r."assignmentId", r."isOpen", r.deadlines, r.state, r.points, r.passing, r.grade,
    r."lastDeadlineAt"
  from json_to_recordset(cast(:rows as json)) as r("groupId" bigint, "assignmentId" text, "isOpen" boolean,
    deadlines jsonb, state smallint, points integer, passing boolean, grade text, "lastDeadlineAt" timestamptz)
  on conflict (period_id, group_id) do update set assignment_id = excluded.assignment_id, is_open = excluded.is_open,
    deadlines = excluded.deadlines, state = excluded.state, points = excluded.points, passing = excluded.passing,
    grade = excluded.grade, last_deadline_at = excluded.last_deadline_at`;

const REMOVE_MEMBERS = `
  delete from period_group_members m
  using json_to_recordset(cast(:rows as json)) as r("groupId" bigint, members text[])
  where m.period_id = :periodId and m.group_id = r."groupId" and not (m.user_id = any (r.members))`;

const ADD_MEMBERS = `
  insert into period_group_members (period_id, user_id, group_id)
  select distinct :periodId, u.user_id, r."groupId"
  from json_to_recordset(cast(:rows as json)) as r("groupId" bigint, members text[]), unnest(r.members) as u(user_id)
  on conflict do nothing`;
