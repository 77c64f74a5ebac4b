import type { GoldenRow } from '../../golden/cases';
import { registrationFirst } from '../../golden/outcome';
import type { TraceFinal, TraceStep } from '../../golden/traces';
import { differenceIn, effectsByTarget } from '../comparison';
import type { ObservedStep } from './trace-run';

/** Where a step parts from the recording; undefined when it agrees. */
export function differenceInStep(recorded: TraceStep, observed: ObservedStep): string | undefined {
  const isPublish = recorded.exams !== undefined;
  return differenceIn(comparable(recorded, isPublish), comparable(observed, isPublish));
}

function comparable(step: TraceStep | ObservedStep, isPublish: boolean): Record<string, unknown> {
  return {
    ok: step.ok,
    changed: rows(step.changed),
    created: rows(step.created),
    deleted: [...(step.deleted ?? [])].sort(),
    archived: step.archived ?? {},
    effects: effectsByTarget(registrationFirst(step.effects ?? [])),
    ...(isPublish ? tables(step) : {}),
  };
}

function tables({ exams, policies, policy_history_rows }: TraceStep | ObservedStep): Record<string, unknown> {
  return { exams, policies, policy_history_rows };
}

/** Whether a learner has seen a result is not part of this service. */
function rows(all: Record<string, GoldenRow> = {}): Record<string, GoldenRow> {
  const kept = Object.entries(all).map(([name, row]) => [name, without(row, ['is_status_acknowledged'])] as const);
  return Object.fromEntries(kept.filter(([, row]) => Object.keys(row).length > 0));
}

/** `unlike`: attempts that operators brought to the recorded state, whose archive has rows of that. */
export function differenceInFinal(
  recorded: TraceFinal,
  observed: TraceFinal,
  unlike: ReadonlySet<string>,
): string | undefined {
  return differenceIn(finalOf(recorded, unlike), finalOf(observed, unlike), 'final');
}

function finalOf(final: TraceFinal, unlike: ReadonlySet<string>): Record<string, unknown> {
  const history = Object.entries(final.history).filter(([name]) => !unlike.has(name));
  return {
    ...final,
    attempts: rows(final.attempts),
    history: Object.fromEntries(history.map(([name, row]) => [name, without(row, ['history_rows'])])),
    ...(final.archive ? { archive: final.archive.filter((row) => !unlike.has(String(row['attempt']))) } : {}),
  };
}

function without(row: GoldenRow, fields: readonly string[]): GoldenRow {
  return Object.fromEntries(Object.entries(row).filter(([field]) => !fields.includes(field)));
}
