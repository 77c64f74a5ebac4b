import type { ApiAnswer } from '../../../dev/api-client';
import type { Outcome } from '../../golden/qualification/walk';

/** A request of a walk that was refused; what is compared is the refusal. */
export class RefusedStep extends Error {
  constructor(readonly outcome: Outcome) {
    super(`${outcome.status} ${outcome.code ?? ''}`);
  }
}

/** @throws RefusedStep for everything but a success */
export function granted(answer: ApiAnswer): ApiAnswer {
  if (answer.status >= 300) throw new RefusedStep(refusalOf(answer));
  return answer;
}

interface Fault {
  pointer: string;
  code?: string;
}

/** What differs, or what is at fault and where, settings by their own names. */
function refusalOf({ status, body }: ApiAnswer): Outcome {
  const { code, differences, errors } = body as { code?: string; differences?: object[]; errors?: Fault[] };
  const faults = errors?.map((fault) => ({ ...fault, pointer: fault.pointer.replace(/^\/settings(?=\/)/, '') }));
  return { status, ...(code === undefined ? {} : { code }), view: differences ?? faults ?? [] };
}
