import { defaultPayloadConverter, type Payload, type PayloadConverter } from '@temporalio/common';

/**
 * Reads what a workflow is sent. Temporal's UI sends text in any encoding a person chooses: what can't be read is nothing, and its handler
 * says what that means. Else the workflow's task would fail, and be tried again, for ever.
 */
export const payloadConverter: PayloadConverter = {
  toPayload: (value): Payload => defaultPayloadConverter.toPayload(value),
  fromPayload<T>(payload: Payload): T {
    try {
      return defaultPayloadConverter.fromPayload<T>(payload);
    } catch {
      return undefined as T;
    }
  },
};
