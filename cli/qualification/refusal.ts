import type { Problem } from '../../contracts/http/common';
import { type ApiAccess, type ApiReply, describeRefusal } from '../api';
import { CommandError } from '../failures';
import { answerWord, moreLine, officeTable, orDash } from './text-table';

interface Difference {
  userId: string;
  change: 'came' | 'gone' | 'answer' | 'results';
  before: boolean | null;
  after: boolean | null;
}

type OfficeProblem = Problem & {
  differing?: number;
  differences?: Difference[];
  errors?: { pointer: string; message: string }[];
};

const MOST_SHOWN = 20;

/** A refusal with the students it is about: whose answer is another one now, or each fault with its place. */
export function refusedWrite(reply: ApiReply, access: ApiAccess): CommandError {
  const line = describeRefusal(reply, access);
  const { differing = 0, differences = [], errors = [] } = problemOf(reply);
  const faults = errors.slice(1, MOST_SHOWN).map(({ pointer, message }) => `  ${pointer} ${message}`);
  if (differences.length === 0) return new CommandError([line, ...faults].join('\n'));
  const shown = differences.slice(0, MOST_SHOWN);
  const rows = shown.map(({ userId, change, before, after }) => [
    userId,
    change,
    before === null ? orDash(null) : answerWord(before),
    after === null ? orDash(null) : answerWord(after),
  ]);
  const table = officeTable(['Student', 'change', 'seen', 'now'], rows);
  return new CommandError([line, table, ...moreLine(shown.length, differing, 'students')].join('\n'));
}

function problemOf({ text }: ApiReply): Partial<OfficeProblem> {
  try {
    return (JSON.parse(text) as OfficeProblem | null) ?? {};
  } catch {
    return {};
  }
}
