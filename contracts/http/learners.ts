import { Type } from '@sinclair/typebox';
import { MailAddressOrEmpty, strictObject, text, textOrEmpty, UserId } from './common';

export const LearnerParams = strictObject({ userId: UserId });

export const LearnerBody = strictObject({
  username: text(150),
  /** Empty: the learner has none, and mails to the learner are skipped. */
  email: MailAddressOrEmpty,
  fullName: textOrEmpty(255),
  active: Type.Optional(Type.Boolean()),
});

/** One line of the NDJSON import. */
export const LearnerLine = Type.Composite([strictObject({ userId: UserId }), LearnerBody], {
  additionalProperties: false,
});

export const LearnerAnswer = strictObject({ userId: UserId, ...LearnerBody.properties, active: Type.Boolean() });

export const ImportAnswer = strictObject({
  accepted: Type.Integer(),
  rejected: Type.Integer(),
  /** The first thousand faulty lines; the others are only counted. */
  errors: Type.Array(strictObject({ line: Type.Integer(), detail: Type.String() })),
});
