/** The credit status of an attempt status (docs/effects.md), written independently of the rules under test. */
export function creditFor(status: string, ruleSet: 'classic' | 'current'): string | undefined {
  const isClassic = ruleSet === 'classic';
  const creditStatuses: Record<string, string | undefined> = {
    verified: 'satisfied',
    submitted: 'submitted',
    declined: isClassic ? 'failed' : 'declined',
    rejected: 'failed',
    error: 'failed',
    not_reviewed: isClassic ? 'failed' : undefined,
  };
  return creditStatuses[status];
}

/** Whether an exam's further attempts allow a status to be sent; practice exams always do. */
export function maySend(status: string, others: readonly string[]): boolean {
  if (status === 'verified') return others.every((other) => other === 'verified');
  if (status === 'submitted') return !others.includes('rejected');
  return status !== 'rejected' || !others.some((other) => other === 'rejected' || other === 'declined');
}
