import fc from 'fast-check';
import type { MoveOf } from '../play-moves';

/** Exams of every course of the property test, by their index. */
export const EXAMS = [
  { protocol: 'software_secure', isProctored: true, isPracticeExam: false },
  { protocol: 'software_secure', isProctored: true, isPracticeExam: false },
  { protocol: 'rest', isProctored: true, isPracticeExam: false },
  { protocol: 'rest', isProctored: true, isPracticeExam: true },
  { protocol: 'software_secure', isProctored: false, isPracticeExam: false },
] as const;

export const LEARNERS = 2;

/** One action. `pick` chooses among the attempts that exist when the action is carried out. */
export type Doing =
  | { do: 'create'; learner: number; exam: number; takingAsProctored: boolean; start: boolean; byLearner: boolean }
  | { do: 'change'; pick: number; to: string }
  | { do: 'act'; pick: number; action: string; byLearner: boolean }
  | { do: 'remove'; pick: number }
  | { do: 'review'; pick: number; verdict: number }
  | { do: 'ready'; pick: number }
  | { do: 'repeat'; pick: number }
  | { do: 'publish'; vanished: number; limit: number }
  | { do: 'pass'; minutes: number };

/** `together`: it does not wait for those before it. */
export type Move = MoveOf<Doing>;

/** A game: the rules of its course and what happens there. */
export interface Game {
  ruleSet: 'classic' | 'current';
  moves: Move[];
}

const pick = fc.nat(7);
const exam = fc.nat(EXAMS.length - 1);
const learner = fc.nat(LEARNERS - 1);
const byLearner = fc.boolean();
const to = fc.constantFrom(
  ...[
    'download_software_clicked',
    'ready_to_start',
    'started',
    'ready_to_submit',
    'submitted',
    'second_review_required',
  ],
  ...['verified', 'rejected', 'declined', 'error', 'timed_out'],
);
const action = fc.constantFrom(
  ...['start', 'start', 'stop', 'submit', 'decline', 'error', 'reset_attempt', 'mark_ready_to_resume'],
);
const kind = <T extends string>(name: T): fc.Arbitrary<T> => fc.constant(name);

const creation = fc.record({
  do: kind('create'),
  learner,
  exam,
  byLearner,
  takingAsProctored: fc.boolean(),
  start: fc.boolean(),
});

const what: fc.Arbitrary<Doing> = fc.oneof(
  { weight: 5, arbitrary: creation },
  { weight: 5, arbitrary: fc.record({ do: kind('change'), pick, to }) },
  { weight: 4, arbitrary: fc.record({ do: kind('act'), pick, action, byLearner }) },
  { weight: 2, arbitrary: fc.record({ do: kind('remove'), pick }) },
  { weight: 4, arbitrary: fc.record({ do: kind('review'), pick, verdict: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ do: kind('ready'), pick }) },
  { weight: 2, arbitrary: fc.record({ do: kind('repeat'), pick }) },
  { weight: 1, arbitrary: fc.record({ do: kind('publish'), vanished: exam, limit: fc.constantFrom(30, 60, 90) }) },
  { weight: 2, arbitrary: fc.record({ do: kind('pass'), minutes: fc.constantFrom(1, 45, 91) }) },
);

/** Games of as many moves; two creations come first, as nothing else can happen before. Most moves do not wait for earlier ones. */
export function games(length: number): fc.Arbitrary<Game> {
  const together = fc.oneof({ weight: 3, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) });
  const first = fc.record({ what: creation, together });
  const rest = fc.array(fc.record({ what, together }), { minLength: length - 2, maxLength: length - 2 });
  return fc
    .record({ ruleSet: fc.constantFrom('classic' as const, 'current' as const), first: fc.tuple(first, first), rest })
    .map((drawn) => ({ ruleSet: drawn.ruleSet, moves: [...drawn.first, ...drawn.rest] }));
}
