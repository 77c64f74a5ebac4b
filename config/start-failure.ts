import { SettingsError } from './env-reader';

/** What keeps a process from starting and an operator can mend: its message is all there is to say. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure';
}

/**
 * What to tell an operator about a failed start, without stack traces; undefined for what is a defect.
 * @param portVariable the variable the process takes its port from
 */
export function explainStartFailure(error: unknown, portVariable: string): string | undefined {
  if (error instanceof SettingsError || error instanceof StartFailure) return error.message;
  const { code, address, port, hostname } = (error ?? {}) as Partial<ListenError>;
  if (code === 'EADDRINUSE') return `Port ${port} of ${address} is taken by another process: set ${portVariable}.`;
  if (code === 'EACCES' && port !== undefined)
    return `Port ${port} may not be opened by this user: set ${portVariable} to one above 1023.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `HOST ${address ?? hostname} is no address of this machine; 0.0.0.0 stands for all it has.`;
  return undefined;
}

/** What the error of a server that cannot listen says. */
interface ListenError {
  code: string;
  address: string;
  port: number;
  hostname: string;
}
