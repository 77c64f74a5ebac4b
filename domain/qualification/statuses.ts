import type { ResultCell } from './cells';
import type { PluginSettings } from './settings-fields';
import type { MessageCatalogue, Reason, Text } from './text';

/** `almostready`: usable, exceptions are explained in the message. `notready`: nothing to use, mostly a retraction. */
export const QUALIFICATION_STATUSES = ['ready', 'almostready', 'notready'] as const;

export type QualificationStatusName = (typeof QUALIFICATION_STATUSES)[number];

/**
 * One entry of a period's list of statuses. Entries are only ever added; what one of them says about its students stays as it
 * was, whatever becomes of results, plugins and people.
 */
export interface QualificationStatus {
  /** 1, 2, 3, … in the period. The highest is the active one, whatever clocks say. */
  seq: number;
  status: QualificationStatusName;
  /** Without blanks around it; empty where nothing was said. */
  message: string;
  at: Date;
  by: string;
  /** Null where the list was decided without a plugin, and where there is no list. */
  plugin: SavedPlugin | null;
  settings: PluginSettings | null;
  draftId: string | null;
  assignmentIds: readonly string[];
}

/** All that is needed to show a decision after its plugin was changed or taken away. */
export interface SavedPlugin {
  id: string;
  version: number;
  title: Text;
  summary: Text;
  messages: MessageCatalogue;
}

/** What a status says about one student. */
export interface QualificationRow {
  userId: string;
  /** Null = undecided, in an `almostready` status. */
  qualifies: boolean | null;
  /** The rule's answer, also where `qualifies` is null. */
  ruled: boolean;
  reason: Reason;
  cells: readonly ResultCell[];
  position: number;
}

/** The entry that counts now. */
export function activeStatus<Entry extends Pick<QualificationStatus, 'seq'>>(statuses: Iterable<Entry>): Entry | null {
  let active: Entry | null = null;
  for (const status of statuses) if (active === null || status.seq > active.seq) active = status;
  return active;
}

/** An entry behind the newest one. Nothing that is there is touched by it. */
export function nextStatus(
  newest: Pick<QualificationStatus, 'seq'> | null,
  entry: Omit<QualificationStatus, 'seq'>,
): QualificationStatus {
  return { seq: (newest?.seq ?? 0) + 1, ...entry };
}

/** The student's own answer is told while the active status is `ready`, and nothing before or after. */
export function ownAnswer(
  active: Pick<QualificationStatus, 'status'> | null,
  row: Pick<QualificationRow, 'qualifies'> | null,
): boolean | null {
  return active?.status === 'ready' ? (row?.qualifies ?? null) : null;
}
