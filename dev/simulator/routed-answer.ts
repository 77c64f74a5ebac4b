import type { Subject } from './journal';

/** What a service answers to one request. */
export interface RoutedAnswer {
  status: number;
  body: unknown;
  /** A page for people instead of the body. */
  html?: boolean;
  /** Name of the effect this has; absent: none. */
  effect?: string;
  /** What the answer adds to the entry's subject. */
  subject?: Subject;
}
