/** What every call to an outside service carries: `key` travels as Idempotency-Key. */
export interface Call {
  key: string;
  signal?: AbortSignal;
}
