import type { GoldenRow } from '../golden/cases';

/** How recorded names of a payload are called in the running system. */
export interface PayloadNames {
  codeOf(attempt: string): string;
  /** Found without case; the same text for an id that no provider ever gave. */
  externalIdOf(recorded: string): string;
}

/** A SoftwareSecure payload with the running system's ids in the recorded spelling. */
export function vendorPayload(payload: GoldenRow, names: PayloadNames): GoldenRow {
  const meta = payload['examMetaData'];
  if (typeof meta !== 'object' || meta === null) return payload;
  const { examCode, ssiRecordLocator, ...rest } = meta as GoldenRow;
  return {
    ...payload,
    examMetaData: {
      ...rest,
      ...(examCode === undefined ? {} : { examCode: codeIn(examCode, names) }),
      ...(ssiRecordLocator === undefined ? {} : { ssiRecordLocator: locatorIn(ssiRecordLocator, names) }),
    },
  };
}

function codeIn(recorded: unknown, names: PayloadNames): unknown {
  const attempt = typeof recorded === 'string' ? /^CODE-A(\d+)$/.exec(recorded)?.[1] : undefined;
  return attempt === undefined ? recorded : names.codeOf(`a${attempt}`);
}

/** The running system's id, spelt in capitals, small letters or mixed as the recorded one, with the blanks around it. */
export function locatorIn(recorded: unknown, names: Pick<PayloadNames, 'externalIdOf'>): unknown {
  if (typeof recorded !== 'string') return recorded;
  const given = recorded.trim();
  const own = names.externalIdOf(given);
  return own === given ? recorded : recorded.replace(given, spelt(own, given));
}

function spelt(own: string, as: string): string {
  if (as === as.toLowerCase()) return own.toLowerCase();
  return as === as.toUpperCase() ? own.toUpperCase() : own;
}
