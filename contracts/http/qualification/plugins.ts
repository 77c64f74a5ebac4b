import { Type } from '@sinclair/typebox';
import { strictObject } from '../common';
import { AssignmentAnswer, PluginSettingsAnswer } from './common';

export const PluginListAnswer = strictObject({
  items: Type.Array(
    strictObject({ id: Type.String(), version: Type.Integer(), title: Type.String(), description: Type.String() }),
  ),
});

export const PeriodPluginListAnswer = strictObject({
  items: Type.Array(
    strictObject({
      ...PluginListAnswer.properties.items.items.properties,
      settings: strictObject({
        schema: Type.Record(Type.String(), Type.Unknown()),
        /** What there is to choose from, in the period's order. */
        assignments: Type.Array(AssignmentAnswer),
        initial: PluginSettingsAnswer,
      }),
      /** The one the newest list was made by. */
      lastUsed: Type.Boolean(),
    }),
  ),
});
