import type { IncomingMessage, ServerResponse } from 'node:http';

/** No simulated request is larger. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

export interface SimulatedRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  idempotencyKey: string | null;
  authorization: string | undefined;
  /** Parsed JSON or form fields; the raw text when it is neither. */
  body: unknown;
}

/** Reads the whole request. @throws when the sender went away or sends too much. */
export async function readRequest(request: IncomingMessage): Promise<SimulatedRequest> {
  const url = new URL(request.url ?? '/', 'http://simulator');
  const key = request.headers['idempotency-key'];
  return {
    method: request.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    idempotencyKey: typeof key === 'string' ? key : null,
    authorization: request.headers.authorization,
    body: parsedBody(await readText(request), request.headers['content-type'] ?? ''),
  };
}

/** The body as it is. @throws when the sender went away or sends too much. */
export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('The request is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** JSON or form fields; the text as it is when it is neither. */
export function parsedBody(text: string, contentType: string): unknown {
  if (text === '') return null;
  if (contentType.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text));
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

export function sendHtml(response: ServerResponse, status: number, headers: Record<string, string> = {}): void {
  response
    .writeHead(status, { 'content-type': 'text/html', ...headers })
    .end('<!doctype html><title>Down</title><p>Back soon.</p>');
}
