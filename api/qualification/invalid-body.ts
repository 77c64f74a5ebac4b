import { ApiError } from '../../contracts/api-error';

/** A fault of the body that a schema can't see, with its place. */
export function invalidBody(pointer: string, message: string, code?: string): ApiError {
  return invalidMembers([{ pointer, message, ...(code === undefined ? {} : { code }) }]);
}

/** All faults of a body at once. */
export function invalidMembers(faults: readonly { pointer: string; message: string; code?: string }[]): ApiError {
  const [first] = faults;
  return new ApiError('bad-request', `body${first?.pointer ?? ''} ${first?.message ?? ''}`.trim(), {
    errors: faults.map((fault) => ({ in: 'body', ...fault })),
  });
}
