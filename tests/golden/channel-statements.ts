import { isDeepStrictEqual } from 'node:util';
import { jsonBody, rounded } from './channel-bodies';
import type { GoldenRequest, GoldenStatement } from './channel-cases';
import type { ExpectedTransmission, WantedChannel } from './channel-expected';

/**
 * What is expected of a recorded statement: 8.8's (version 1.0.3), with the course's name as it is (E10) and without
 * float artefacts (E5). The id is ours (docs/design.md#entry-before-send) and left out of the comparison. Both
 * recordings break off over every answer of the store (a library that refuses the stubbed one): the outcome is told by
 * the answer (E3).
 */
export function expectedStatement(one: GoldenStatement): ExpectedTransmission {
  const wanted = new Set<WantedChannel>();
  const side = one.installed_expectation;
  const requests = side.requests.map((request) => expectedRequest(one, request, wanted));
  const status = one.lrs_status === 'timeout' ? null : one.lrs_status;
  const sent = status !== null && status >= 200 && status < 300;
  if (sent !== side.counts_as_success || side.raised !== null) wanted.add('E3');
  const row = { enrollment: 301, courseId: one.course.id, subsectionId: null, sent, status };
  return { runs: [{ requests, rows: [row], inactive: [], open: false }], wanted: [...wanted].sort() };
}

function expectedRequest(one: GoldenStatement, request: GoldenRequest, wanted: Set<WantedChannel>): GoldenRequest {
  const recorded = jsonBody(request) ?? {};
  const exact = rounded(recorded) as Record<string, unknown>;
  if (!isDeepStrictEqual(exact, recorded)) wanted.add('E5');
  const object = exact['object'] as { definition: Record<string, unknown> };
  const name = { 'en-US': one.course.display_name };
  if (!isDeepStrictEqual(object.definition['name'], name)) wanted.add('E10');
  const json = { ...exact, object: { ...object, definition: { ...object.definition, name } } };
  return { ...request, body: { json } };
}

/** Our requests without the statement's id, once it is seen to be a name-based one. */
export function withoutId(request: GoldenRequest): GoldenRequest {
  const { id, ...statement } = jsonBody(request) ?? {};
  const named = typeof id === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id);
  return named ? { ...request, body: { json: statement } } : request;
}
