/** What JSON makes of a value: instants become texts, ISO 8601. */
export type InJson<T> = { [K in keyof T]: Date extends T[K] ? Exclude<T[K], Date> | string : T[K] };
