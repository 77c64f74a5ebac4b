import type { Stack } from './stack-options';

/** A list in Temporal's UI. Filters are search attributes, so they work in any UI with these workflows. */
export function workflowList({ urls, env }: Pick<Stack, 'urls' | 'env'>, query: string): string {
  const namespace = encodeURIComponent(env['TEMPORAL_NAMESPACE'] ?? 'default');
  return `${urls.temporalUi}/namespaces/${namespace}/workflows?query=${encodeURIComponent(query)}`;
}

/** What operators look at day by day. */
export function dailyLists(stack: Pick<Stack, 'urls' | 'env'>): Record<string, string> {
  return {
    'Needs attention': workflowList(stack, 'NeedsAttention IS NOT NULL'),
    'Awaiting a review': workflowList(stack, 'AttemptPhase="awaiting_review"'),
    'In the exam now': workflowList(stack, 'AttemptPhase="in_exam"'),
    'Learner exports': workflowList(stack, 'WorkflowType="learnerExport"'),
  };
}
