import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { addressProblem, guardedNetwork, isPublicAddress, publicLookup } from '../../../../clients/http/address-guard';

const FORBIDDEN = [
  'http://example.com',
  'ftp://example.com',
  'https://user:pass@example.com',
  'https://localhost',
  'https://LOCALHOST.',
  'https://api.localhost',
  'https://intranet',
  'https://printer.local',
  'https://metadata.google.internal',
  'https://127.0.0.1',
  'https://127.1',
  'https://2130706433',
  'https://0x7f.0.0.1',
  'https://0177.0.0.1',
  'https://0.0.0.0',
  'https://10.1.2.3',
  'https://100.64.0.1',
  'https://169.254.169.254',
  'https://172.16.0.1',
  'https://172.31.255.255',
  'https://192.168.1.1',
  'https://198.18.0.1',
  'https://224.0.0.1',
  'https://255.255.255.255',
  'https://[::1]',
  'https://[::]',
  'https://[::ffff:127.0.0.1]',
  'https://[::ffff:7f00:1]',
  'https://[::ffff:8.8.8.8]',
  'https://[::127.0.0.1]',
  'https://[64:ff9b::7f00:1]',
  'https://[fe80::1]',
  'https://[fc00::1]',
  'https://[fd12:3456::1]',
  'https://[ff02::1]',
  'https://[2002:7f00:1::]',
  'https://[2001:0:1::1]',
  'https://[2001:db8::1]',
];

test.each(FORBIDDEN)('%s may not be called.', (url) => {
  expect(addressProblem(new URL(url))).not.toBeNull();
});

test.each([
  'https://example.com',
  'https://sap.example.com:8443/path',
  'https://8.8.8.8',
  'https://172.32.0.1',
  'https://[2606:4700::1111]',
])('%s may be called.', (url) => {
  expect(addressProblem(new URL(url))).toBeNull();
});

test('What is no address is not a public one.', () => {
  for (const text of ['', 'example.com', '1.2.3', '1.2.3.4.5', ':::']) expect(isPublicAddress(text)).toBe(false);
});

test('A name that leads to this machine is refused when it is looked up, in both forms of the answer.', async () => {
  const lookup = (options: object): Promise<unknown> =>
    new Promise((resolve) => publicLookup('localhost', options, (error, address) => resolve(error ?? address)));
  for (const options of [{}, { all: true }]) {
    expect(await lookup(options)).toMatchObject({ code: 'EADDRFORBIDDEN' });
  }
});

test('A guarded connection does not reach a server on this machine by its name; an open one does.', async () => {
  const server = createServer((_request, response) => response.end('reached'));
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  const [guarded, opened] = [guardedNetwork({ allowPrivate: false }), guardedNetwork({ allowPrivate: true })];
  try {
    await expect(request(url, { dispatcher: guarded.dispatcher })).rejects.toMatchObject({ code: 'EADDRFORBIDDEN' });
    const answer = await request(url, { dispatcher: opened.dispatcher });
    expect(await answer.body.text()).toBe('reached');
    expect(() => guarded.guard(new URL('https://127.0.0.1'))).toThrow('may not be reached');
    expect(() => opened.guard(new URL('http://127.0.0.1'))).not.toThrow();
  } finally {
    await Promise.all([guarded.dispatcher.close(), opened.dispatcher.close()]);
    await new Promise((resolve) => server.close(resolve));
  }
});
