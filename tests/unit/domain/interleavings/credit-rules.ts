/** What a status says to the credit service (docs/effects.md), told apart from the rules under test. */
export function creditFor(status: string, ruleSet: 'classic' | 'current'): string | undefined {
  const isClassic = ruleSet === 'classic';
  const told: Record<string, string | undefined> = {
    verified: 'satisfied',
    submitted: 'submitted',
    declined: isClassic ? 'failed' : 'declined',
    rejected: 'failed',
    error: 'failed',
    not_reviewed: isClassic ? 'failed' : undefined,
  };
  return told[status];
}

/** Whether an exam's further attempts let a status be told at all; practice exams always do. */
export function mayTell(status: string, others: readonly string[]): boolean {
  if (status === 'verified') return others.every((other) => other === 'verified');
  if (status === 'submitted') return !others.includes('rejected');
  return status !== 'rejected' || !others.some((other) => other === 'rejected' || other === 'declined');
}
