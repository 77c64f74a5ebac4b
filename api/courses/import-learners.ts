import type { Static } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import type { Knex } from 'knex';
import { ApiError } from '../../contracts/api-error';
import { type ImportAnswer, LearnerLine } from '../../contracts/http/exams';
import { type Learner, LEARNERS_PER_STATEMENT, upsertLearner, upsertLearners } from '../../db/courses/learners';
import { violatedConstraint } from '../http/database-failure';
import { readNdjson } from '../http/ndjson';

const MAX_LINE_LENGTH = 64 * 1024;
const ERRORS_REPORTED = 1000;

const learnerLine = TypeCompiler.Compile(LearnerLine);

interface NumberedLearner {
  line: number;
  learner: Learner;
}

/**
 * Stores every good line and names the bad ones. Rows go in by hundreds; a batch with a username that is taken is stored
 * row by row, so that one line never costs its neighbours. Sending the same file again changes nothing.
 */
export async function importLearners(
  knex: Knex,
  stream: AsyncIterable<Uint8Array> | undefined,
): Promise<Static<typeof ImportAnswer>> {
  if (!stream) throw new ApiError('bad-request', 'Send the learners as application/x-ndjson, one per line.');
  const report: Static<typeof ImportAnswer> = { accepted: 0, rejected: 0, errors: [] };
  const reject = (line: number, detail: string) => {
    report.rejected += 1;
    if (report.errors.length < ERRORS_REPORTED) report.errors.push({ line, detail });
  };
  let batch: NumberedLearner[] = [];
  for await (const entry of readNdjson(stream, MAX_LINE_LENGTH)) {
    const read = 'problem' in entry ? entry.problem : parseLearner(entry.value);
    if (typeof read === 'string') reject(entry.line, read);
    else batch.push({ line: entry.line, learner: read });
    if (batch.length < LEARNERS_PER_STATEMENT) continue;
    report.accepted += await store(knex, batch, reject);
    batch = [];
  }
  report.accepted += await store(knex, batch, reject);
  return report;
}

function parseLearner(value: unknown): Learner | string {
  if (learnerLine.Check(value)) return { active: true, ...value };
  const first = learnerLine.Errors(value).First();
  return `${first?.path ?? ''}: ${first?.message ?? 'is not valid'}`;
}

async function store(
  knex: Knex,
  batch: NumberedLearner[],
  reject: (line: number, detail: string) => void,
): Promise<number> {
  try {
    await upsertLearners(
      knex,
      batch.map(({ learner }) => learner),
    );
    return batch.length;
  } catch (error) {
    if (violatedConstraint(error) === undefined) throw error;
  }
  let stored = 0;
  for (const { line, learner } of batch) {
    try {
      await upsertLearner(knex, learner);
      stored += 1;
    } catch (error) {
      if (violatedConstraint(error) === undefined) throw error;
      reject(line, '/username: is taken by another learner');
    }
  }
  return stored;
}
