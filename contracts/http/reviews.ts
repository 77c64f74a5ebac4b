import { type Static, Type } from '@sinclair/typebox';
import { VERDICTS } from '../../domain/attempts/reviews/payload';
import { AttemptCode, strictObject, Instant, nullable, GivenReason, text } from './common';

const Verdict = Type.Unsafe<(typeof VERDICTS)[number]>({ type: 'string', enum: [...VERDICTS] });
const Protocol = Type.Unsafe<'software_secure' | 'rest'>({ type: 'string', enum: ['software_secure', 'rest'] });

export const ProviderParams = strictObject({ provider: text(100) });
export const LaunchParams = strictObject({ provider: text(100), attemptCode: AttemptCode });
export const ExternalAttemptParams = strictObject({ provider: text(100), externalId: text(255) });

/** Vendors' bodies keep the vendors' spelling and may say more than we read; what is missing has codes of its own. */
export const VendorBody = Type.Object({}, { additionalProperties: true });

export const ReadyBody = Type.Object({ status: Type.Literal('ready') }, { additionalProperties: true });

export const CallbackAnswer = strictObject({ attemptCode: AttemptCode, state: Type.Literal('received') });

export const ReviewParams = strictObject({ reviewId: Type.String({ pattern: '^\\d{1,18}$' }) });

/** Not an enumeration: an unknown word has an error code of its own. */
export const SetReviewBody = strictObject({ reviewStatus: text(100), reason: GivenReason });

const ReviewContent = { reviewStatus: Verdict, videoUrl: nullable(Type.String()), reviewedBy: nullable(Type.String()) };

export const ReviewAnswer = strictObject({
  reviewId: Type.String(),
  attemptCode: AttemptCode,
  provider: Type.String(),
  channel: Protocol,
  ...ReviewContent,
  /** The attempt was removed before the review: no status changed. */
  isAttemptArchived: Type.Boolean(),
  createdAt: Instant,
  modifiedAt: Instant,
  comments: Type.Array(
    strictObject({
      startTime: Type.Integer(),
      stopTime: Type.Integer(),
      duration: Type.Integer(),
      comment: Type.String(),
      status: Type.String(),
    }),
  ),
  /** What it was before, newest first. */
  history: Type.Array(strictObject({ ...ReviewContent, archivedAt: Instant })),
});

export type ReviewAnswer = Static<typeof ReviewAnswer>;

export const ReviewsAnswer = strictObject({ items: Type.Array(ReviewAnswer), nextCursor: Type.Null() });
