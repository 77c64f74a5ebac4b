import type { FastifyRequest } from 'fastify';
import { loggedRequest } from '../../../api/http/logged-request';

it.each([
  ['/edx_proctoring/proctoring_review_callback/?secret=canary', '/edx_proctoring/proctoring_review_callback/?secret=…'],
  ['/x?a=1&secret=canary&b=2', '/x?a=1&secret=…&b=2'],
  ['/x?SECRET=canary', '/x?SECRET=…'],
  ['/x?a=secret', '/x?a=secret'],
])('The log says of %s no more than %s.', (url, logged) => {
  const request = { method: 'POST', url, host: 'h', ip: '192.0.2.1' } as FastifyRequest;
  expect(loggedRequest(request)).toEqual({ method: 'POST', url: logged, host: 'h', remoteAddress: '192.0.2.1' });
});
