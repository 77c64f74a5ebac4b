/** One invariant of the service, and what violates it. */
export interface Finding {
  invariant: string;
  /** What was examined, so that readers see that something was. */
  examined: string;
  breaches: string[];
}
