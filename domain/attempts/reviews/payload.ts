/** The four verdicts of a review, as SoftwareSecure names them; those of REST are translated. */
export const VERDICTS = ['Clean', 'Rules Violation', 'Suspicious', 'Not Reviewed'] as const;

export type Verdict = (typeof VERDICTS)[number];

export const REVIEW_PROTOCOLS = ['software_secure', 'rest'] as const;

/** How a review came: SoftwareSecure's own payload, or the edX REST protocol. */
export type ReviewProtocol = (typeof REVIEW_PROTOCOLS)[number];

/** One remark of a reviewer; times in seconds of the recording. */
export interface ReviewComment {
  startTime: number;
  stopTime: number;
  duration: number;
  comment: string;
  status: string;
}

/**
 * A parsed review body, not yet checked. Undefined = absent or malformed; which of it matters,
 * and in what order, is for the rule set to say (domain/attempts/reviews/checks.ts).
 */
export interface ReviewPayload {
  protocol: ReviewProtocol;
  /** Mandatory fields that are missing altogether, by the vendor's names. */
  missingFields: readonly string[];
  attemptCode: string | undefined;
  externalId: string | undefined;
  verdict: Verdict | undefined;
  comments: readonly ReviewComment[] | undefined;
  videoUrl: string | null | undefined;
  /** An e-mail address or user name, as the vendor gives it. */
  reviewedBy: string | null;
  /** The body without the link to the video. */
  rawData: unknown;
}

type Fields = Record<string, unknown>;

/** Reads a SoftwareSecure/PSI payload (docs/recorded-behaviour.md#review-callback). */
export function readSoftwareSecureReview(body: unknown): ReviewPayload {
  const fields = objectOf(body) ?? {};
  const meta = objectOf(fields['examMetaData']) ?? {};
  const { videoReviewLink, ...rawData } = fields;
  const mandatory: [string, unknown][] = [
    ['reviewStatus', fields['reviewStatus']],
    ['examMetaData.ssiRecordLocator', meta['ssiRecordLocator']],
    ['examMetaData.examCode', meta['examCode']],
  ];
  return {
    protocol: 'software_secure',
    missingFields: mandatory.flatMap(([name, value]) => (value === undefined ? [name] : [])),
    attemptCode: textOf(meta['examCode']),
    externalId: textOf(meta['ssiRecordLocator']),
    verdict: verdictOf(fields['reviewStatus']),
    comments: concatComments(commentsIn(fields['webCamComments']), commentsIn(fields['desktopComments'])),
    videoUrl: videoReviewLink === null ? null : textOf(videoReviewLink),
    reviewedBy: textOf(fields['reviewed_by']) ?? null,
    rawData,
  };
}

const REST_VERDICTS: Partial<Record<string, Verdict>> = {
  passed: 'Clean',
  violation: 'Rules Violation',
  suspicious: 'Suspicious',
  not_reviewed: 'Not Reviewed',
};

/** Reads a body of the edX REST protocol. Its address names the attempt, so the body need not. */
export function readRestReview(body: unknown, address: { attemptCode: string; externalId: string }): ReviewPayload {
  const fields = objectOf(body) ?? {};
  const { videoReviewLink: _, ...rawData } = fields;
  const { status } = fields;
  return {
    protocol: 'rest',
    missingFields: status === undefined ? ['status'] : [],
    ...address,
    verdict: typeof status === 'string' && Object.hasOwn(REST_VERDICTS, status) ? REST_VERDICTS[status] : undefined,
    comments: restCommentsIn(fields['comments']),
    videoUrl: null,
    reviewedBy: textOf(fields['reviewed_by']) ?? null,
    rawData,
  };
}

/** Exactly as vendors write it, case included (reviews.json, psi_bad_status). */
export function verdictOf(word: unknown): Verdict | undefined {
  return VERDICTS.find((verdict) => verdict === word);
}

/** Null counts as no comments (docs/decided-differences.md#p14). */
function commentsIn(list: unknown): ReviewComment[] | undefined {
  return listOf(list, (one) =>
    commentOf(one['comments'], one['eventStatus'], [one['eventStart'], one['eventFinish'], one['duration']]),
  );
}

function restCommentsIn(list: unknown): ReviewComment[] | undefined {
  return listOf(list, (one) =>
    commentOf(one['comment'], one['status'], [one['start'] ?? 0, one['stop'] ?? 0, one['duration'] ?? 0]),
  );
}

function commentOf(comment: unknown, status: unknown, times: unknown[]): ReviewComment | undefined {
  const [startTime, stopTime, duration] = times.map(secondsOf);
  if (typeof comment !== 'string' || typeof status !== 'string') return undefined;
  if (startTime === undefined || stopTime === undefined || duration === undefined) return undefined;
  return { startTime, stopTime, duration, comment, status };
}

const MAX_SECONDS = 2_000_000_000;

/** Numbers in text are read, fractions cut (docs/decided-differences.md#p20). */
function secondsOf(value: unknown): number | undefined {
  const seconds = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  return typeof seconds === 'number' && Math.abs(seconds) <= MAX_SECONDS ? Math.trunc(seconds) || 0 : undefined;
}

function listOf(list: unknown, read: (one: Fields) => ReviewComment | undefined): ReviewComment[] | undefined {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) return undefined;
  const comments = list.map((one: unknown) => read(objectOf(one) ?? {}));
  return comments.every((comment) => comment !== undefined) ? comments : undefined;
}

function concatComments(
  one: ReviewComment[] | undefined,
  other: ReviewComment[] | undefined,
): ReviewComment[] | undefined {
  return one && other && [...one, ...other];
}

function objectOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
