/** A number in plain decimal notation without superfluous zeros (`0.57`, `1`, `-3.5`): the same value is the same text. */
export type Decimal = string & { readonly decimal: unique symbol };

const NUMBER = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?\s*$/;

/**
 * Reads a JSON number or a numeric text; null for everything else. Percents are compared in this form, because stored
 * text `0.870` and the answer 0.87 are one value (docs/decided-differences.md#e5;
 * docs/recorded-behaviour.md#observation-9).
 */
export function toDecimal(value: unknown): Decimal | null {
  if (typeof value !== 'number' && typeof value !== 'string') return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(String(value)) ?? [];
  const digits = whole + fraction;
  if (digits === '') return null;
  return formatPlain(sign, digits, whole.length + Number(exponent));
}

function formatPlain(sign: string, digits: string, point: number): Decimal {
  const padded = digits.padEnd(point, '0').padStart(digits.length - Math.min(point, 0), '0');
  const at = Math.max(point, 0);
  const whole = padded.slice(0, at).replace(/^0+/, '') || '0';
  const fraction = padded.slice(at).replace(/0+$/, '');
  const text = fraction === '' ? whole : `${whole}.${fraction}`;
  return (sign === '-' && text !== '0' ? `-${text}` : text) as Decimal;
}
