import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parse } from 'yaml';
import {
  addApiOptions,
  apiAccess,
  type ApiOptions,
  callApi,
  describeRefusal,
  HEADER_WORD,
  readReply,
  type UnreachableError,
} from './api';
import { CommandError, MisuseError, unreadableFile } from './failures';
import { EXIT, type Subcommand } from './subcommand';

interface PublishOptions extends ApiOptions {
  key?: string;
}

const HELP = `
The file is the body of PUT /v1/courses/{courseId}/special-exams with courseId beside it:

  courseId: course-v1:Org+Course+Run
  enableProctoredExams: true
  enableTimedExams: true
  proctoringProvider: software_secure
  exams:
    - contentId: block-v1:Org+Course+Run+type@sequential+block@final
      examName: Final exam
      timeLimitMins: 90
      dueDate: 2026-06-30T22:00:00Z
      isProctored: true
      reviewRules: Closed book

Exams of the course that are not in the file are switched off. The answer is printed as JSON.

Example: invigil publish course.yaml --url https://exams.example.org`;

/** Sends a course's special exams to the API. */
export const publishCommand: Subcommand<PublishOptions> = {
  name: 'publish',
  summary: "Publishes a course's special exams from a YAML or JSON file",

  define(command: Command): void {
    command.argument('<file>', 'the course');
    addApiOptions(command, 'the scope exams:write');
    command.option('--key <key>', 'Idempotency-Key, to repeat a publish whose outcome is unknown');
    command.addHelpText('after', HELP);
  },

  async run(options, [file = '']) {
    const { courseId, ...body } = readCourse(file);
    const key = options.key ?? randomUUID();
    if (!HEADER_WORD.test(key)) throw new MisuseError('--key may have no spaces and only ASCII characters.');
    const access = await apiAccess(options, { sub: 'publisher', scopes: ['exams:write'] });
    const repeat = `Repeat with --key ${key} to get the outcome of this publish.`;
    const reply = await callApi(access, `/v1/courses/${encodeURIComponent(courseId)}/special-exams`, {
      method: 'PUT',
      headers: { 'idempotency-key': key, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }).catch((error: UnreachableError) => {
      throw error.isUnsent ? error : new CommandError(`${error.message}\n${repeat}`);
    });
    if (reply.status >= 500) throw new CommandError(`${describeRefusal(reply, access)}\n${repeat}`);
    console.log(JSON.stringify(readReply(reply, access)));
    return EXIT.ok;
  },
};

/** Timestamps stay text: the core schema knows no dates. @throws CommandError for a file that is not a course. */
function readCourse(file: string): { courseId: string } & Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw unreadableFile(file, error);
  }
  const course = parseCourse(file, text);
  const isCourse = typeof course === 'object' && course !== null && 'courseId' in course;
  if (isCourse && typeof course.courseId === 'string') return { ...course, courseId: course.courseId };
  throw new CommandError(`${file}: there is no courseId. See: invigil publish --help`);
}

function parseCourse(file: string, text: string): unknown {
  try {
    return parse(text, { schema: 'core' });
  } catch (error) {
    const [what] = (error as Error).message.split('\n');
    throw new CommandError(`${file}: neither YAML nor JSON: ${what}`);
  }
}
