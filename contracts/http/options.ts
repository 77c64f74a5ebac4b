import { type Static, Type } from '@sinclair/typebox';
import { ATTEMPT_ACTIONS } from '../../domain/attempts/commands';
import { ATTEMPT_STATUSES } from '../../domain/attempts/statuses';
import { AttemptCode, nullable, strictObject } from './common';

const Status = Type.Unsafe<(typeof ATTEMPT_STATUSES)[number]>({ type: 'string', enum: [...ATTEMPT_STATUSES] });
const Action = Type.Unsafe<(typeof ATTEMPT_ACTIONS)[number]>({ type: 'string', enum: [...ATTEMPT_ACTIONS] });

const outcome = {
  allowed: Type.Boolean(),
  changes: Type.Boolean({ description: 'False: it is so already, and nothing would follow' }),
  becomes: nullable(
    Type.Unsafe<(typeof ATTEMPT_STATUSES)[number]>({
      type: 'string',
      enum: [...ATTEMPT_STATUSES],
      description: 'The status after it, which may be another one than was asked for',
    }),
  ),
  effects: Type.Array(
    strictObject({
      name: Type.String(),
      service: Type.String(),
      about: nullable(Type.String({ description: 'What would be told: a credit status, which mail' })),
      examId: Type.Integer(),
    }),
  ),
  asks: Type.Array(Type.String({ description: 'What others would be asked first; a refusal there is not foreseen' })),
  code: nullable(Type.String({ description: 'The error it would get' })),
  why: nullable(Type.String({ description: 'Why not' })),
};

export const OptionsAnswer = strictObject({
  attemptCode: AttemptCode,
  version: Type.Integer(),
  statuses: Type.Array(strictObject({ status: Status, ...outcome })),
  actions: Type.Array(strictObject({ action: Action, ...outcome })),
  removal: nullable(strictObject(outcome)),
});

export type OptionsAnswer = Static<typeof OptionsAnswer>;
