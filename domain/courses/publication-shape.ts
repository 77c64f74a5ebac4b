type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string' && !value.includes('\u0000');
const isFlag: Check = (value) => typeof value === 'boolean';
const isMinutes: Check = (value) => Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** 31;
const isInstant: Check = (value) => typeof value === 'string' && !Number.isNaN(Date.parse(value));
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const orAbsent =
  (check: Check): Check =>
  (value) =>
    value === undefined || value === null || check(value);

const EXAM: Record<string, Check> = {
  contentId: isText,
  examName: isText,
  timeLimitMins: isMinutes,
  dueDate: orNull(isInstant),
  isProctored: isFlag,
  isPracticeExam: isFlag,
  isOnboardingExam: isFlag,
  hideAfterDue: isFlag,
  reviewRules: orAbsent(isText),
  editedBy: orAbsent(isText),
};

/** What is wrong with a publish that somebody composed by hand, for its sender; null for one that can be planned. */
export function publicationProblem(publication: unknown): string | null {
  const { commandId, exams } = (publication ?? {}) as { commandId?: unknown; exams?: unknown };
  if (!isText(commandId) || commandId === '' || !Array.isArray(exams)) {
    return 'A publish needs an object with commandId and exams.';
  }
  const at = exams.findIndex((exam: unknown) => wrongMembers(exam).length > 0);
  return at < 0 ? null : `Exam ${at + 1} of the publish needs another value of ${wrongMembers(exams[at]).join(', ')}.`;
}

function wrongMembers(exam: unknown): string[] {
  const members = (typeof exam === 'object' && exam !== null ? exam : {}) as Record<string, unknown>;
  return Object.entries(EXAM)
    .filter(([name, check]) => !check(members[name]))
    .map(([name]) => name);
}
