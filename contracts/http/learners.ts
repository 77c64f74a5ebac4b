import { Type } from '@sinclair/typebox';
import { LANGUAGE_PATTERN } from '../../domain/courses/language';
import { MailAddressOrEmpty, nullable, GivenReason, strictObject, text, textOrEmpty, UserId } from './common';

export const LearnerParams = strictObject({ userId: UserId });

const learner = {
  username: text(150),
  /** Empty: the learner has none, and mails to the learner are skipped. */
  email: MailAddressOrEmpty,
  fullName: textOrEmpty(255),
  active: Type.Optional(Type.Boolean()),
  /** BCP 47, e.g. pt-BR: what mails are written in, where there are texts for it. Absent: the installation's. */
  language: Type.Optional(nullable(Type.String({ maxLength: 35, pattern: LANGUAGE_PATTERN }))),
};

export const LearnerBody = strictObject({ ...learner, reason: GivenReason });

/** One line of the NDJSON import. */
export const LearnerLine = strictObject({ userId: UserId, ...learner });

export const LearnerAnswer = strictObject({ userId: UserId, ...learner, active: Type.Boolean() });

export const ImportAnswer = strictObject({
  accepted: Type.Integer(),
  rejected: Type.Integer(),
  /** The first thousand faulty lines; the others are only counted. */
  errors: Type.Array(strictObject({ line: Type.Integer(), detail: Type.String() })),
});
