/** A share from 0 to 1 in whole percent. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}

/** What is said of a target. */
export function met(holds: boolean): string {
  return holds ? 'met' : 'missed';
}
