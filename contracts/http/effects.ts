import { Type } from '@sinclair/typebox';
import { Instant, nullable, strictObject } from './common';

const EFFECT_STATES = ['due', 'in_flight', 'done', 'failed', 'skipped', 'superseded'] as const;

export const EffectStateName = Type.Unsafe<(typeof EFFECT_STATES)[number]>({
  type: 'string',
  enum: [...EFFECT_STATES],
});

export const EffectsAnswer = strictObject({
  items: Type.Array(
    strictObject({
      effectId: Type.String(),
      name: Type.String(),
      state: EffectStateName,
      tries: Type.Integer(),
      lastError: nullable(Type.String()),
      detail: nullable(Type.String()),
      /** The attempt's version the effect came with. */
      version: Type.Integer(),
      createdAt: Instant,
      doneAt: nullable(Instant),
    }),
  ),
  nextCursor: Type.Null(),
});
