import type { Command } from 'commander';
import type { DecidedStudentAnswer, DraftAnswer } from '../../contracts/http/qualification/drafts';
import type { ApiAccess } from '../api';
import { CommandError } from '../failures';
import { EXIT, type Subcommand } from '../subcommand';
import {
  addWriteOptions,
  countOf,
  officeAccess,
  type OfficeWriteOptions,
  qualificationPath,
  readList,
  readOffice,
  writeOffice,
} from './office';
import { type ChoiceOptions, choiceOf } from './settings';
import { answerWord, moreLine, officeTable, orDash } from './text-table';
import { untilAnswered } from './waiting';

interface PreviewOptions extends OfficeWriteOptions, ChoiceOptions {
  students: string;
}

const HELP = `
A draft is made and worked out; nothing is saved. It lives for a day, and all administrators of the period see it.
With --json it is {draft, students}.

Exit code: 0 worked out; 1 the API refused, or it could not be worked out; 2 the command line makes no sense.

Example: invigil qualification preview spring-2026 --plugin points --settings '{"assignments":["a1","a2"],"minimumPoints":60}'`;

/** Works out who would qualify by a rule. */
export const previewCommand: Subcommand<PreviewOptions> = {
  name: 'preview',
  summary: 'Works out who qualifies by a rule, and why, without saving it',

  define(command: Command): void {
    command
      .argument('<period>', 'whose students')
      .option('--plugin <id>', 'the rule')
      .option('--by-hand', 'no rule: --settings names the students who qualify')
      .option('--settings <json>', "the rule's settings, or @file (default: none)")
      .option('--students <n>', 'how many students to show', '20');
    addWriteOptions(command);
    command.addHelpText('after', HELP);
  },

  async run(options, [periodId = '']) {
    const most = countOf('--students', options.students);
    const choice = choiceOf(options);
    const access = await officeAccess(options);
    const draft = await worked(access, periodId, { ...choice, reason: options.reason }, options.key);
    const path = `${qualificationPath(periodId)}/drafts/${draft.draftId}/students`;
    const students = await readList<DecidedStudentAnswer>(access, path, most);
    console.log(options.json ? JSON.stringify({ draft, students }) : describeDraft(draft, students));
    return EXIT.ok;
  },
};

/** @throws CommandError for a refusal, and for a draft that failed */
async function worked(access: ApiAccess, periodId: string, choice: object, key?: string): Promise<DraftAnswer> {
  const drafts = `${qualificationPath(periodId)}/drafts`;
  const begun = await writeOffice<DraftAnswer>(access, drafts, choice, key);
  const path = `${drafts}/${begun.draftId}`;
  const draft = await untilAnswered('Working out who qualifies', async () => {
    const seen = await readOffice<DraftAnswer>(access, path);
    return seen.state === 'computing' ? undefined : seen;
  });
  if (draft.state === 'ready') return draft;
  throw new CommandError(`The draft is ${draft.state}${draft.failure === null ? '' : ` (${draft.failure})`}.`);
}

function describeDraft(draft: DraftAnswer, students: readonly DecidedStudentAnswer[]): string {
  const { draftId, periodId, plugin, summary, counts, changed, basedOn, warnings } = draft;
  const rows = students.map(({ userId, fullName, qualifies, before, reason }) => [
    userId,
    orDash(fullName),
    answerWord(qualifies),
    before === null ? '–' : answerWord(before),
    reason.text,
  ]);
  const since =
    changed && `Since status ${basedOn}: ${changed.answer} other answers, ${changed.came} came, ${changed.gone} gone`;
  return [
    officeTable(['Student', 'name', 'qualifies', 'before', 'because'], rows),
    ...moreLine(students.length, counts?.students ?? 0, 'students'),
    `${plugin?.title ?? 'By hand'}: ${summary ?? ''}`,
    `${counts?.qualify ?? 0} of ${counts?.students ?? 0} students qualify`,
    ...(since === null ? [] : [since]),
    ...warnings.map(({ text }) => `Note: ${text}`),
    `Draft ${draftId}. Save it: invigil qualification save ${periodId} ${draftId}`,
  ].join('\n');
}
