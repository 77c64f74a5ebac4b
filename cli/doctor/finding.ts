/** How well a part is. A warning is worth a look and no reason to stop. */
export type FindingLevel = 'ok' | 'warning' | 'problem';

/** One line of `invigil doctor`. */
export interface Finding {
  check: string;
  level: FindingLevel;
  /** What was seen, for people; no secrets. */
  seen: string;
  /** What to do; for all that is not ok. */
  remedy?: string;
}

export function well(check: string, seen: string): Finding {
  return { check, level: 'ok', seen };
}

export function warning(check: string, seen: string, remedy: string): Finding {
  return { check, level: 'warning', seen, remedy };
}

export function problem(check: string, seen: string, remedy: string): Finding {
  return { check, level: 'problem', seen, remedy };
}
