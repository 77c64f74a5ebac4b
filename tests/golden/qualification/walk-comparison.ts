import { isDeepStrictEqual } from 'node:util';
import { recordedFields } from './recorded-outcome';
import type { University } from './university';
import type { Outcome, Step } from './walk';
import { wantedDifference, type WantedNumber } from './wanted-differences';

/** What was looked at by us and in the recording, in one shape. */
export interface Look {
  ours: unknown;
  recorded: unknown;
  /** What we see as it would be with what was decided otherwise, and that decision's number. */
  excused: { number: WantedNumber; ours: unknown }[];
}

/** @returns `agrees` or the number of the decided difference. @throws Error that shows both where nobody decided so */
export function comparedLook(step: Step, { ours, recorded, excused }: Look): string {
  if (isDeepStrictEqual(ours, recorded)) return 'agrees';
  const found = excused.find((one) => isDeepStrictEqual(one.ours, recorded));
  if (found !== undefined) return found.number;
  throw new Error(`${step.op} shows ${JSON.stringify(ours)}, where ${JSON.stringify(recorded)} was recorded`);
}

/** The same status, and where it is a 200 also the same to see. */
export function agreesWith(ours: Outcome, recorded: Outcome): boolean {
  if (ours.status !== recorded.status) return false;
  return ours.status !== 200 || recorded.view === undefined || isDeepStrictEqual(ours.view, recorded.view);
}

/** Which decided difference a request shows. @throws Error that shows both where there is none */
export function decidedOtherwise(step: Step, recorded: Outcome, ours: Outcome, university: University): WantedNumber {
  const number = wantedDifference({ step, recorded, ours, university });
  if (number !== null) return number;
  const shown = JSON.stringify({ ours, recorded });
  throw new Error(`${step.actor} ${step.method} ${step.url} differs, and nobody decided so: ${shown}`);
}

/** Where the recording names fields, ours are the same; its words are not (D17). @throws Error where they are others */
export function comparedFields(step: Step, { view, status }: Outcome): string {
  const fields = status === 400 ? recordedFields(step) : null;
  if (fields === null) return 'agrees';
  const named = (view as { pointer: string }[]).map(({ pointer }) => pointer.split('/')[1] ?? '');
  const ours = [...new Set(named)].sort();
  if (isDeepStrictEqual(ours, fields.sort())) return 'D17';
  throw new Error(`${step.actor} ${step.method} ${step.url} names ${ours.join()}, where ${fields.join()} were recorded`);
}
