/** The variants that are compared; docs/benchmarks.md describes each. */
export const ATTEMPTS_VARIANTS = ['invigil', 'floor', 'regular', 'noEngine'] as const;

export type AttemptsVariantName = (typeof ATTEMPTS_VARIANTS)[number];

/** Those that run in the bench's own processes. */
export type OwnVariant = Exclude<AttemptsVariantName, 'invigil'>;

/** Variants without decisions make no downstream call. */
export function hasEffects(variant: AttemptsVariantName): boolean {
  return variant !== 'floor';
}

/** Variants whose attempts are Temporal workflows. */
export function hasWorkflow(variant: AttemptsVariantName): boolean {
  return variant !== 'noEngine';
}

/**
 * Status changes of one attempt under the rule set `current`: each is legal, writes the archive and makes exactly one
 * credit call (`submitted` would also tell the instructor service the first time).
 */
export const CHANGES = ['error', 'verified', 'error', 'verified', 'error', 'verified'] as const;

export const FINAL_STATUS = 'verified';

/** The provider that gives the course the rule set `current`; the exam is timed only, so it is never called. */
export const ATTEMPTS_PROVIDER = {
  name: 'bench',
  title: 'Bench',
  supportsOnboarding: false,
  ruleSet: 'current',
} as const;

/** Time the simulated credit service takes. */
export const CREDIT_LATENCY_MS = 5;

export function courseOf(variant: AttemptsVariantName): string {
  return `course-v1:Bench+${variant}+2026`;
}

/** Task queue of the bench's own workers; the real one is left to the real worker. */
export function taskQueueOf(variant: OwnVariant): string {
  return `bench-${variant}`;
}

/** Workflow ids of the floor and of regular activities, apart from the real ones. */
export function workflowIdOf(variant: OwnVariant, examId: number, userId: string): string {
  return `bench-${variant}:${examId}:${encodeURIComponent(userId)}`;
}
