import { type AddressInfo, connect, type Socket } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { bodyTimeoutPlugin } from '../../../api/plugins/body-timeout';

const WITHIN_MS = 150;

let app: FastifyInstance;
let port: number;

beforeAll(async () => {
  app = Fastify();
  await app.register(bodyTimeoutPlugin, { withinMs: WITHIN_MS });
  app.addContentTypeParser('application/x-ndjson', (_request, payload, done) => done(null, payload));
  const read = async ({ body }: { body: unknown }): Promise<{ bytes: number }> => {
    let bytes = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) bytes += chunk.length;
    return { bytes };
  };
  app.post('/plain', read);
  app.post('/stream', { config: { streamedBody: true } }, read);
  await app.listen({ port: 0, host: '127.0.0.1' });
  port = (app.server.address() as AddressInfo).port;
});
afterAll(() => app.close());

/** A request whose head is sent and whose ten bytes of body are left to the caller. */
function begin(path: string): { socket: Socket; received: () => string } {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString())).on('error', () => undefined);
  const head = [`POST ${path} HTTP/1.1`, 'host: x', 'content-type: application/x-ndjson', 'content-length: 10'];
  socket.write(`${head.join('\r\n')}\r\nconnection: close\r\n\r\n`);
  return { socket, received: () => text };
}

/** A connection that is reset is closed as well. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** One byte at a time, each well within the time limit, all of them well beyond it. */
function trickle(socket: Socket): void {
  const timer = setInterval(() => socket.write('x'), WITHIN_MS / 3);
  socket.once('close', () => clearInterval(timer));
}

test.each(['/plain', '/stream'])('A body that does not arrive ends the connection (%s).', async (path) => {
  const { socket, received } = begin(path);
  await closed(socket);
  expect(received()).not.toContain('200 OK');
});

test('A streamed body may take longer while something arrives.', async () => {
  const { socket, received } = begin('/stream');
  trickle(socket);
  await closed(socket);
  expect(received()).toContain('{"bytes":10}');
});

test('Another body may not, however busy it is.', async () => {
  const { socket, received } = begin('/plain');
  trickle(socket);
  await closed(socket);
  expect(received()).not.toContain('200 OK');
});
