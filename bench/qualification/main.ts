import { signDevToken } from '../../config/dev-key';
import { connectDatabase } from '../../db/core/connect';
import { ApiClient } from '../../dev/api-client';
import { Progress } from '../../dev/progress';
import { startStack } from '../../dev/stack';
import { workflowBundle } from '../../worker/workflow-bundle';
import { runFromCommandLine } from '../command-line';
import { HELP, type QualificationBenchOptions, readOptions } from './options';
import { type BenchPeriod, importPeriod } from './period';
import { printReport } from './report';
import { type QualificationStage, type QualificationTurn, workOut } from './turn';

const progress = new Progress(process.stderr.isTTY === true, (line) => console.error(line));
const WARM_UP_STUDENTS = 200;

async function main(options: QualificationBenchOptions): Promise<void> {
  await workflowBundle();
  const stack = await startStack({
    ignoreExternal: true,
    services: ['postgres', 'temporal', 'api'],
    log: (line) => progress.line(line),
    env: { LOG_LEVEL: 'warn' },
  });
  const knex = connectDatabase({ url: stack.env['DATABASE_URL'] ?? '', poolMax: 2 });
  try {
    const scope = 'qualification:admin qualification:read qualification:write';
    const token = await signDevToken(stack.devKeyFile, { sub: 'bench', scope, expiresIn: '12h' });
    printReport(await play({ stack, knex, api: new ApiClient(stack.urls.api, token) }, options));
  } finally {
    await knex.destroy();
    await stack.stop();
  }
}

async function play(
  stage: QualificationStage,
  { students: sizes, assignments, rounds }: QualificationBenchOptions,
): Promise<QualificationTurn[]> {
  const warmUp = await imported(stage, WARM_UP_STUDENTS, assignments);
  const turns: QualificationTurn[] = [];
  for (const students of sizes) {
    const period = students === WARM_UP_STUDENTS ? warmUp : await imported(stage, students, assignments);
    await progress.phase(`${students} students decided`, rounds, async (advance) => {
      turns.push(await workOut(stage, { warmUp, period, rounds }, advance));
    });
    const turn = turns.at(-1);
    if (turn) progress.line(`  ${turn.readyMs.toFixed(0)} ms`);
  }
  return turns;
}

async function imported(
  { api, knex }: QualificationStage,
  students: number,
  assignments: number,
): Promise<BenchPeriod> {
  const made: BenchPeriod[] = [];
  await progress.phase(`${students} students imported`, students, async (advance) => {
    made.push(await importPeriod(api, { students, assignments }, advance));
  });
  await knex.raw('analyze');
  return made[0] as BenchPeriod;
}

runFromCommandLine({ help: HELP, readOptions, main });
