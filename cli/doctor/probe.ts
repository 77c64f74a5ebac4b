import { causeCode } from '../failures';

/** What one harmless request told of an HTTP server. */
export type Probe =
  | {
      status: number;
      ms: number;
      /** By which its clock is ahead of ours; null without a Date header. */ aheadMs: number | null;
    }
  | { failure: string };

const PATIENCE_MS = 5_000;
/** The Date header has whole seconds, so on average it is this much behind. */
const DATE_ROUNDING_MS = 500;

/** HEAD, which changes nothing; whatever is answered, the server is there. Redirects are not followed. */
export async function probe(url: string): Promise<Probe> {
  const begun = Date.now();
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal });
    const ended = Date.now();
    const date = Date.parse(response.headers.get('date') ?? '');
    const aheadMs = Number.isNaN(date) ? null : date + DATE_ROUNDING_MS - (begun + ended) / 2;
    return { status: response.status, ms: ended - begun, aheadMs };
  } catch (error) {
    return { failure: causeCode(error) };
  }
}

/** Scheme, host and port: paths may hold ids, and the rest secrets. */
export function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'an address that is no URL';
}
