import fc from 'fast-check';
import { classic, current, type RuleSet } from '../../../domain/attempts/rule-sets';
import type { MoveOf } from '../play-moves';

/** Exams of every course; proctored ones belong to the vendor of the last publish. */
export const EXAMS = [{ isProctored: true }, { isProctored: true }, { isProctored: false }] as const;

export const LEARNERS = 2;

/** What vendors may be chosen: both protocols, both rule sets, and one under which time that is over has a status of its own. */
export const RULE_SETS: readonly RuleSet[] = [classic, current, { ...current, allowTimedOutState: true }];
export const VENDORS = RULE_SETS.flatMap((rules) => [
  { protocol: 'software_secure', rules },
  { protocol: 'rest', rules },
]);

export const LIMITS = [30, 60, 90] as const;
export const ALLOWANCES = [0, 15, 60] as const;

/** One thing that happens. `pick` chooses among the attempts that exist by then. */
export type Doing =
  | { do: 'create'; learner: number; exam: number; start: boolean }
  | { do: 'change'; pick: number; to: string }
  | { do: 'act'; pick: number; action: string }
  | { do: 'remove'; pick: number }
  | { do: 'review'; pick: number; verdict: number }
  | { do: 'allow'; learner: number; exam: number; minutes: number; running: boolean }
  | { do: 'publish'; vendor: number; vanished: number; limit: number }
  | { do: 'pass'; minutes: number }
  | { do: 'hand'; seed: number };

export type Move = MoveOf<Doing>;

/** The vendor at the beginning, and what happens. */
export interface Life {
  vendor: number;
  moves: Move[];
}

const pick = fc.nat(5);
const exam = fc.nat(EXAMS.length - 1);
const learner = fc.nat(LEARNERS - 1);
const vendor = fc.nat(VENDORS.length - 1);
const to = fc.constantFrom(
  ...[
    'started',
    'started',
    'download_software_clicked',
    'ready_to_submit',
    'submitted',
    'expired',
    'error',
    'timed_out',
  ],
);
const action = fc.constantFrom('start', 'start', 'stop', 'click_download_software', 'error', 'mark_ready_to_resume');
const kind = <T extends string>(name: T): fc.Arbitrary<T> => fc.constant(name);

const creation = fc.record({ do: kind('create'), learner, exam, start: fc.boolean() });

const what: fc.Arbitrary<Doing> = fc.oneof(
  { weight: 4, arbitrary: creation },
  { weight: 5, arbitrary: fc.record({ do: kind('change'), pick, to }) },
  { weight: 4, arbitrary: fc.record({ do: kind('act'), pick, action }) },
  { weight: 1, arbitrary: fc.record({ do: kind('remove'), pick }) },
  { weight: 3, arbitrary: fc.record({ do: kind('review'), pick, verdict: fc.nat(3) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: kind('allow'),
      learner,
      exam,
      minutes: fc.constantFrom(...ALLOWANCES),
      running: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: kind('publish'),
      vendor,
      /** One more than there are exams: none vanishes. */
      vanished: fc.nat(EXAMS.length),
      limit: fc.constantFrom(...LIMITS),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: kind('pass'), minutes: fc.constantFrom(1, 20, 45, 91) }) },
  { weight: 4, arbitrary: fc.record({ do: kind('hand'), seed: fc.nat(1_000_000) }) },
);

/** Lives of as many moves. Two attempts that are started come first, as nothing else can happen before. */
export function lives(length: number): fc.Arbitrary<Life> {
  const together = fc.boolean();
  const first = fc.record({ what: creation.map((drawn) => ({ ...drawn, start: true })), together });
  const rest = fc.array(fc.record({ what, together }), { minLength: length - 2, maxLength: length - 2 });
  return fc
    .record({ vendor, first: fc.tuple(first, first), rest })
    .map((drawn) => ({ vendor: drawn.vendor, moves: [...drawn.first, ...drawn.rest] }));
}
