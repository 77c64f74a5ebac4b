import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { JsonService } from '../../../../clients/http/json-service';
import { exchange, ResponseTooLargeError } from '../../../../clients/http/transport';
import { failure } from '../platform-fixture';

const FOUR_MEGABYTES = 4 * 1024 * 1024;

let server: Server;
let url: string;
let size: number;
const dispatcher = new Agent();

beforeAll(async () => {
  server = createServer((_request, response) => response.end(`"${'x'.repeat(size - 2)}"`));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  await dispatcher.destroy();
  await new Promise((resolve) => server.close(resolve));
});

const get = (): ReturnType<typeof exchange> =>
  exchange({ method: 'GET', url, headers: {} }, { dispatcher, signal: new AbortController().signal });

test('An answer of four megabytes is read, and none that is larger.', async () => {
  size = FOUR_MEGABYTES;
  expect((await get()).text).toHaveLength(size);
  size += 1;
  await expect(get()).rejects.toBeInstanceOf(ResponseTooLargeError);
});

test('A service whose answer is too large may be tried again.', async () => {
  size = FOUR_MEGABYTES + 1;
  const service = new JsonService({ service: 'grades', baseUrl: url, timeoutMs: 5_000, dispatcher });
  const error = await failure(service.find({ path: '/' }, { key: 'k' }));
  expect(error).toMatchObject({ kind: 'retryable', message: 'grades could not be reached: ERESPONSETOOLARGE' });
});
