import { shownTo } from '../../../api/auth/hidden-members';
import type { Scope } from '../../../contracts/scopes';

const ATTEMPT = { attemptCode: 'CODE', status: 'created', externalId: 'canary', workflowId: 'w', temporalUrl: 't' };

const asked = (method: string, ...scopes: Scope[]) => ({ method, principal: { scopes: new Set(scopes) } });

/** Wherever attempts stand in answers and events. */
const SHAPES: [string, (attempt: object) => unknown][] = [
  ['an attempt', (attempt) => attempt],
  ['a list', (attempt) => ({ items: [attempt, attempt], nextCursor: null })],
  ['a history', (attempt) => ({ items: [{ attempt, reason: null }], nextCursor: null })],
  ['a timeline', (attempt) => ({ attempt, items: [{ kind: 'change', status: 'created' }] })],
];

describe.each(SHAPES)('In %s', (_, shaped) => {
  it.each([
    ['a learner', asked('GET', 'attempts:take')],
    ['a learner who may read all', asked('GET', 'attempts:take', 'attempts:read')],
    ['who may only change attempts', asked('PATCH', 'attempts:write')],
  ])('%s sees no external id and no way into Temporal.', (_who, request) => {
    const { attemptCode, status } = ATTEMPT;
    expect(shownTo(request, shaped(ATTEMPT))).toEqual(shaped({ attemptCode, status }));
  });

  it('who may read attempts sees all in answers to GET, and no external id in answers to commands.', () => {
    const { externalId: _id, ...kept } = ATTEMPT;
    expect(shownTo(asked('GET', 'attempts:read'), shaped(ATTEMPT))).toEqual(shaped(ATTEMPT));
    expect(shownTo(asked('POST', 'attempts:read'), shaped(ATTEMPT))).toEqual(shaped(kept));
  });
});

it.each([null, 'text', 7, { externalId: 'of something else' }, ['a']])('What is no attempt passes: %j', (payload) => {
  expect(shownTo(asked('GET', 'attempts:take'), payload)).toBe(payload);
});
