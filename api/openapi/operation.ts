export interface Operation {
  /** What a generated client calls it; kept for ever. */
  operationId: string;
  /** What it does, in one line. */
  summary: string;
}

/** One line of the tables of operations. */
export const operation = (operationId: string, summary: string): Operation => ({ operationId, summary });
