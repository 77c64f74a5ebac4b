import { signDevToken } from '../../config/dev-key';
import { connectDatabase } from '../../db/core/connect';
import { ApiClient } from '../../dev/api-client';
import { createExam, putCourse } from '../../dev/course-set-up';
import { runFromCommandLine } from '../command-line';
import { drain, expectOneEffectEach } from './drain';
import { type CallbacksBenchOptions, HELP, readOptions } from './options';
import { COURSE, CALLBACKS_PROVIDER, WARM_UP } from './plan';
import { printReport } from './report';
import { CallbacksRounds } from './rounds';
import { createInsertTable } from './seed';
import { type CallbacksStage, startCallbacksStage } from './stage';
import { Vendor } from './vendor';

function log(line: string): void {
  console.error(line);
}

async function main(options: CallbacksBenchOptions): Promise<void> {
  const stage = await startCallbacksStage(log);
  try {
    await measure(stage, options);
  } finally {
    await stage.stop();
  }
}

async function measure(stage: CallbacksStage, options: CallbacksBenchOptions): Promise<void> {
  const knex = connectDatabase({ url: stage.stack.env['DATABASE_URL'] ?? '', poolMax: 2 });
  const vendor = new Vendor();
  try {
    await createInsertTable(knex);
    const rounds = new CallbacksRounds(stage, knex, vendor, options, log);
    await rounds.run(await makeExam(stage));
    const drained = await drain(stage, knex, log);
    await expectOneEffectEach(knex, WARM_UP + options.rounds * options.callbacks);
    printReport({ turns: rounds.turns, drained });
  } finally {
    await Promise.all([vendor.close(), knex.destroy()]);
  }
}

async function makeExam({ stack }: CallbacksStage): Promise<number> {
  const token = await signDevToken(stack.devKeyFile, { sub: 'bench', scope: 'exams:write' });
  const api = new ApiClient(stack.urls.api, token);
  await putCourse(api, COURSE, { proctoringProvider: CALLBACKS_PROVIDER.name });
  return (await createExam(api, COURSE, { timeLimitMins: 90, isProctored: true })).examId;
}

runFromCommandLine({ help: HELP, readOptions, main });
