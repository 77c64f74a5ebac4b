import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import { DEFAULT_DEV_KEY_FILE, signDevToken } from '../config/dev-key';

const HELP = `Publishes a course's special exams from a YAML (or JSON) file.

  npm run publish -- course.yaml [options]

  --url URL           the API (default http://127.0.0.1:8080)
  --token TOKEN       a token with scope exams:write (default: one signed with the key of AUTH_DEV_KEY_FILE,
                      ${DEFAULT_DEV_KEY_FILE})
  --key KEY           Idempotency-Key, to repeat a publish whose outcome is unknown
  --help

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

Exams of the course that are not in the file are switched off.`;

/** The answer goes to standard output as JSON. @returns the exit code: 0 published, 1 refused, 2 misused. */
async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { url: text, token: text, key: text, help: { type: 'boolean', short: 'h' } },
  });
  const [file] = positionals;
  if (values.help || file === undefined || positionals.length > 1) {
    (values.help ? console.log : console.error)(HELP);
    return values.help ? 0 : 2;
  }
  const { courseId, ...body } = courseIn(file);
  const key = values.key ?? randomUUID();
  const url = `${values.url ?? 'http://127.0.0.1:8080'}/v1/courses/${encodeURIComponent(courseId)}/special-exams`;
  const headers = { authorization: `Bearer ${values.token ?? (await devToken())}`, 'idempotency-key': key };
  const response = await fetch(url, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = await response.text();
  (response.ok ? console.log : console.error)(answer);
  if (response.status >= 500) console.error(`Repeat with --key ${key} to get the outcome of this publish.`);
  return response.ok ? 0 : 1;
}

/** Timestamps stay text: the core schema knows no dates. */
function courseIn(file: string): { courseId: string } & Record<string, unknown> {
  const course: unknown = parse(readFileSync(file, 'utf8'), { schema: 'core' });
  const isCourse = typeof course === 'object' && course !== null && 'courseId' in course;
  if (!isCourse || typeof course.courseId !== 'string') throw new Error(`${file}: there is no courseId (see --help)`);
  return { ...course, courseId: course.courseId };
}

function devToken(): Promise<string> {
  const keyFile = process.env['AUTH_DEV_KEY_FILE'] || DEFAULT_DEV_KEY_FILE;
  return signDevToken(keyFile, { sub: 'publisher', scope: 'exams:write' });
}

main().then(
  (code) => (process.exitCode = code),
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
