import fc from 'fast-check';
import { canonicalAnswers, decidedNow } from '../../../../domain/qualification/decided-list';
import { evaluate, type Evaluation } from '../../../../domain/qualification/evaluation';
import type { AssignmentGroup } from '../../../../domain/qualification/model';
import { decideSave, type SaveDecision, type SaveRequest } from '../../../../domain/qualification/save';
import { ASSIGNMENTS, type ChosenRule, chosenRules, groupLists, USERS } from '../../../support/period-arbitraries';
import { scopeOf, semesterOf } from '../../../support/period-builders';
import { saveContext } from './save-context';

const studentLists = fc.uniqueArray(fc.constantFrom(...USERS), { minLength: 1 });

/** A rule on a period whose settings were chosen when all students were there. */
function evaluated({ plugin, settings }: ChosenRule, users: readonly string[], groups: AssignmentGroup[]): Evaluation {
  const everybody = semesterOf(ASSIGNMENTS, USERS, groups);
  const configured = plugin.configure(settings, scopeOf(everybody));
  if ('faults' in configured) throw new Error(JSON.stringify(configured.faults));
  return evaluate(plugin, configured.settings, semesterOf(ASSIGNMENTS, users, groups));
}

function saved(before: Evaluation, now: Evaluation, request: Partial<SaveRequest> = {}): SaveDecision {
  const context = saveContext({ preview: decidedNow(before), now });
  return decideSave(context, { status: 'ready', message: 'm', ...request });
}

function answersOf({ decisions }: Pick<Evaluation, 'decisions'>): Record<string, boolean> {
  return Object.fromEntries(decisions.map(({ userId, qualifies }) => [userId, qualifies]));
}

const before = fc.record({ rule: chosenRules, groups: groupLists, users: studentLists });
const later = fc.record({ groups: groupLists, users: studentLists });

describe('whatever happened between a preview and its save', () => {
  it('the save is refused exactly where an answer is another one or a student came or went, and names them', () => {
    fc.assert(
      fc.property(before, fc.option(later), ({ rule, groups, users }, change) => {
        const seen = evaluated(rule, users, groups);
        const now = change === null ? seen : evaluated(rule, change.users, change.groups);
        const decision = saved(seen, now);
        const [then, today] = [answersOf(seen), answersOf(now)];
        const differing = USERS.filter((user) => then[user] !== today[user]);
        expect(decision.kind).toBe(differing.length === 0 ? 'saved' : 'refused');
        if (decision.kind !== 'refused') return;
        expect(decision.code).toBe('qualification-differs');
        expect(decision.differences.map(({ userId }) => userId).sort()).toEqual(differing);
      }),
    );
  });

  it('what is saved are the answers that were seen, with the results of today', () => {
    fc.assert(
      fc.property(before, groupLists, ({ rule, groups, users }, others) => {
        const [seen, now] = [evaluated(rule, users, groups), evaluated(rule, users, others)];
        const decision = saved(seen, now);
        fc.pre(decision.kind === 'saved');
        if (decision.kind !== 'saved') return;
        const rows = new Map(decision.rows.map((row) => [row.userId, row]));
        for (const { userId, qualifies, cells } of now.decisions) {
          expect(rows.get(userId)).toMatchObject({ qualifies, ruled: qualifies, cells });
        }
        expect(rows.size).toBe(users.length);
      }),
    );
  });

  it('anybody may be left undecided, and the answer of the rule is kept beside it', () => {
    fc.assert(
      fc.property(before, fc.subarray([...USERS]), ({ rule, groups, users }, some) => {
        const undecided = some.filter((user) => users.includes(user));
        const seen = evaluated(rule, users, groups);
        const decision = saved(seen, seen, { status: 'almostready', undecided });
        if (decision.kind !== 'saved') throw new Error(JSON.stringify(decision));
        const then = answersOf(seen);
        for (const { userId, qualifies, ruled } of decision.rows) {
          expect(ruled).toBe(then[userId]);
          expect(qualifies).toBe(undecided.includes(userId) ? null : then[userId]);
        }
      }),
    );
  });

  it('the hash of a list is the same for the same answers, whatever results they rest on, and only for them', () => {
    fc.assert(
      fc.property(before, later, ({ rule, groups, users }, change) => {
        const [one, other] = [evaluated(rule, users, groups), evaluated(rule, change.users, change.groups)];
        const under = { plugin: rule.plugin.id, version: 1, settings: rule.settings };
        const hashed = [one, other].map((list) => canonicalAnswers(decidedNow(list), under));
        const isSame = USERS.every((user) => answersOf(one)[user] === answersOf(other)[user]);
        expect(hashed[0] === hashed[1]).toBe(isSame);
      }),
    );
  });
});
