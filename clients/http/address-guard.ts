import { lookup as resolve, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { parse, parseCIDR } from 'ipaddr.js';
import { Agent } from 'undici';

/** Addresses given by customers must not reach into our own network (server-side request forgery). */
export class ForbiddenAddressError extends Error {
  readonly code = 'EADDRFORBIDDEN';
  constructor(reason: string) {
    super(`The address may not be reached: ${reason}`);
    this.name = 'ForbiddenAddressError';
  }
}

/** The only IPv6 space with public addresses today; mapped, translated, local and link addresses all lie outside. */
const GLOBAL_UNICAST = parseCIDR('2000::/3');

/** Whether an IP address is one of the public internet, by IANA's special-purpose registries. What is no address is not. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = parse(address);
  return parsed.range() === 'unicast' && (parsed.kind() === 'ipv4' || parsed.match(GLOBAL_UNICAST));
}

/** Names that by convention never are on the public internet (RFC 6761, RFC 6762, RFC 9476 and usage). */
const PRIVATE_NAMES = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|test|invalid|alt|home\.arpa)$/;

/**
 * Why a URL may not be called, from its text alone; null when nothing speaks against it. The URL class has read the odd
 * spellings of IPv4 (hexadecimal, octal, one number) before. What a name leads to is checked when it is connected to.
 */
export function addressProblem(url: URL): string | null {
  if (url.protocol !== 'https:') return 'only https is allowed';
  if (url.username !== '' || url.password !== '') return 'it holds credentials';
  const host = url.hostname.toLowerCase().replace(/\.$/, '');
  const literal = host.replace(/^\[(.*)\]$/, '$1');
  if (isIP(literal) !== 0) return isPublicAddress(literal) ? null : 'it is not an address of the public internet';
  if (!host.includes('.') || PRIVATE_NAMES.test(host)) return 'it is not a name of the public internet';
  return null;
}

/** The same as a guard before each request. @throws ForbiddenAddressError */
function guardAddress(url: URL): void {
  const problem = addressProblem(url);
  if (problem !== null) throw new ForbiddenAddressError(problem);
}

/**
 * Looks a name up for a connection and refuses it when any of its addresses is not public: the addresses checked are the
 * ones connected to, so a name that changes its mind between look-up and connection gains nothing.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '', 0);
    const problem = checkAddresses(hostname, addresses);
    if (problem) return callback(problem, '', 0);
    if (options.all) return callback(null, addresses);
    const [first] = addresses as [LookupAddress];
    callback(null, first.address, first.family);
  });
};

function checkAddresses(hostname: string, addresses: LookupAddress[]): NodeJS.ErrnoException | null {
  if (addresses.length > 0 && addresses.every(({ address }) => isPublicAddress(address))) return null;
  return new ForbiddenAddressError(`the name ${hostname} does not lead to the public internet`);
}

/** What channels are opened with: a dispatcher that connects to the public internet only, and the guard for literals. */
export interface GuardedNetwork {
  dispatcher: Agent;
  guard: (url: URL) => void;
}

/** `allowPrivate` (development and tests) lets everything through. The caller closes the dispatcher. */
export function guardedNetwork({ allowPrivate, connections = 128 }: NetworkOptions): GuardedNetwork {
  const connect = allowPrivate ? {} : { connect: { lookup: publicLookup } };
  return { dispatcher: new Agent({ connections, ...connect }), guard: allowPrivate ? () => undefined : guardAddress };
}

interface NetworkOptions {
  allowPrivate: boolean;
  /** Per origin. */
  connections?: number;
}
