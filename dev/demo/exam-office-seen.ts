export interface DraftSeen {
  draftId: string;
  state: string;
  summary: string | null;
  counts: { students: number; qualify: number };
}

export interface StatusSeen {
  seq: number;
  status: string;
  statusText: string;
  message: string;
  counts: { qualify: number; fail: number; undecided: number };
}

export interface ChangeSeen {
  userId: string;
  before: boolean | null;
  after: boolean | null;
  assignments: { assignmentId: string; before: CellSeen | null; after: CellSeen | null }[];
}

interface CellSeen {
  state: string;
  points: number | null;
}

/** What an exam office sees from the import of a semester to the list it takes back. */
export interface ExamOfficeSeen {
  draft: DraftSeen;
  saved: StatusSeen;
  changes: ChangeSeen[];
  retracted: StatusSeen;
  history: StatusSeen[];
  /** Who qualifies by the saved list, read after the late feedback. */
  savedList: string[];
  /** What one of the pair is told: while the list is ready, and after it was taken back. */
  told: { whileReady: boolean | null; afterwards: boolean | null };
}
