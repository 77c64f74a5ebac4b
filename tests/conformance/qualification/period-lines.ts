import type { AssignmentGroup, PeriodAssignment } from '../../../domain/qualification/model';

/** How ids and instants of a recording are said to the running system. */
export interface Telling {
  id: (id: string) => string;
  at: (instant: Date) => string;
}

export function assignmentLine(one: PeriodAssignment, { id, at }: Telling): object {
  const { assignmentId, publishedAt, ...rest } = one;
  return { kind: 'assignment', ...rest, assignmentId: id(assignmentId), publishedAt: at(publishedAt) };
}

export function groupLine(group: AssignmentGroup, { id, at }: Telling): object {
  return {
    kind: 'group',
    groupId: group.groupId,
    assignmentId: id(group.assignmentId),
    members: group.members.map(id),
    isOpen: group.isOpen,
    deadlines: group.deadlines.map(({ deadlineAt, feedback }) => ({
      deadlineAt: at(deadlineAt),
      feedback: feedback.map(({ savedAt, ...one }) => ({ ...one, savedAt: at(savedAt) })),
    })),
  };
}

/** A student whose names the learning platform knows; an empty full name is none. */
export function studentLine(userId: string, fullName: string, { id }: Telling): object {
  const username = id(userId);
  return { kind: 'student', userId: username, username, email: `${username}@example.org`, fullName };
}
