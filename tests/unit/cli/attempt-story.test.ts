import { tellStory } from '../../../cli/attempt/story';
import { deedIn, whoIn } from '../../../cli/attempt/words';
import type { TimelineAnswer } from '../../../contracts/http/timeline';
import { ATTEMPT_ACTIONS } from '../../../domain/attempts/commands';

const ATTEMPT: TimelineAnswer['attempt'] = {
  attemptCode: 'CODE-1',
  attemptNumber: 2,
  examId: 5,
  courseId: 'course-v1:Org+Run',
  contentId: 'block',
  userId: 'ann',
  status: 'submitted',
  phase: 'awaiting_review',
  takingAsProctored: true,
  isSampleAttempt: false,
  isArchived: false,
  isCurrent: true,
  externalId: null,
  allowedTimeLimitMins: 60,
  startedAt: '2026-03-02T09:00:00.000Z',
  completedAt: null,
  deadline: null,
  timeRemainingSeconds: null,
  reviewDueAt: '2026-03-05T09:00:00.000Z',
  pendingEffects: 1,
  needsAttention: [],
  workflowId: 'w',
  temporalUrl: 'u',
  createdAt: '2026-03-02T09:00:00.000Z',
  modifiedAt: '2026-03-02T09:00:00.000Z',
};

const EFFECT = {
  effectId: '1',
  name: 'credit.set',
  service: 'credit',
  detail: null,
  createdAt: '2026-03-02T10:00:00.000Z',
  triedAt: '2026-03-02T10:00:01.000Z',
};

const ITEMS: TimelineAnswer['items'] = [
  {
    kind: 'around',
    at: '2026-03-02T08:00:00.000Z',
    action: 'allowance.created',
    object: 'allowance:5:ann:additional_time_granted',
    by: 'https://login.example.org|office',
    reason: 'A broken arm',
    requestId: 'r-1',
    detail: { after: '15' },
  },
  {
    kind: 'change',
    at: '2026-03-02T10:00:00.000Z',
    type: 'act',
    version: 3,
    statusBefore: 'started',
    status: 'submitted',
    by: 'https://login.example.org|ann',
    because: 'act:submit',
    reason: null,
    requestId: 'r-2',
    effects: [
      { ...EFFECT, state: 'failed', tries: 3, lastError: 'credit answered 422', nextTryAt: null, doneAt: null },
      { ...EFFECT, name: 'email', state: 'done', tries: 1, lastError: null, nextTryAt: null, doneAt: EFFECT.triedAt },
    ],
  },
  {
    kind: 'callback',
    at: '2026-03-03T10:00:00.000Z',
    by: 'provider:psi',
    inboxId: '7',
    callback: 'review',
    state: 'refused',
    refusedBecause: 'review-already-exists',
    endedAt: '2026-03-03T10:00:00.000Z',
  },
];

test('The story says when by the clock on the wall, who, what, why, what was told to whom and what comes next.', () => {
  const story = tellStory({ attempt: ATTEMPT, items: ITEMS }, 'Europe/Oslo');
  for (const part of [
    'Attempt CODE-1: submitted',
    'Try 2 of learner ann on exam 5, course-v1:Org+Run',
    'Times are those of Europe/Oslo.',
    '2026-03-02 09:00:00  office (https://login.example.org): allowance.created',
    'nothing → 15',
    '"A broken arm", request r-1',
    '2026-03-02 11:00:00  ann (https://login.example.org) handed in: started → submitted (version 3)',
    'credit.set: failed after 3 tries: credit answered 422.',
    'email: done 2026-03-02 11:00:01, 1 try',
    '2026-03-03 11:00:00  psi (vendor) called: review, callback 7, refused: review-already-exists',
    "The vendor's review is due by 2026-03-05 10:00:00.",
    '1 of the effects above are still to be done.',
  ]) {
    expect(story).toContain(part);
  }
});

test('What was asked for and changed nothing says so, and a removed attempt has no next step.', () => {
  const [change] = ITEMS.filter((item) => item.kind === 'change');
  const idle = { ...change, version: null, status: null, effects: [] } as TimelineAnswer['items'][number];
  const removed = { ...ATTEMPT, isArchived: true, reviewDueAt: null, pendingEffects: 0 };
  const story = tellStory({ attempt: removed, items: [idle] }, 'UTC');
  expect(story).toContain('handed in; the attempt stayed as it was');
  expect(story).toContain('removed (was submitted)');
  expect(story).toContain('Nothing: it was removed.');
});

test.each([
  ['clock', 'the clock'],
  ['provider:psi', 'psi (vendor)'],
  ['iss|a|b', 'a|b (iss)'],
  ['unknown', 'unknown'],
  [null, 'somebody'],
])('Who %s is to people: %s.', (by, words) => {
  expect(whoIn(by)).toBe(words);
});

test('Every action and every other cause is told in words.', () => {
  const causes = [
    ...ATTEMPT_ACTIONS.map((action) => `act:${action}`),
    ...[
      'create',
      'create:start',
      'changeStatus:verified',
      'remove',
      'adjustTime',
      'setReview:3',
      'review:4',
      'ready:5',
    ],
    ...['timer', 'cascade', 'cascade:9', 'retryEffect:credit.set', 'markReadyToResume'],
  ];
  for (const cause of causes) expect(deedIn(cause)).toMatch(/ /);
  expect(deedIn('something-new')).toBe('something-new');
});

test('A callback that was turned away says where it came in and why.', () => {
  const around = ITEMS.find((item) => item.kind === 'around');
  const refused = {
    ...around,
    action: 'callback.malformed',
    object: `attempt:${ATTEMPT.attemptCode}`,
    by: 'anonymous',
    detail: { code: 'bad-review-status', provider: 'psi' },
  } as TimelineAnswer['items'][number];
  expect(tellStory({ attempt: ATTEMPT, items: [refused] }, 'UTC')).toContain(
    'a callback at the address of psi was turned away: bad-review-status (callback.malformed)',
  );
});
