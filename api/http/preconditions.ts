import type { FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../../contracts/api-error';

const LIST = /^\s*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"\s*(?:,\s*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"\s*)*$/;

/**
 * The versions that If-Match asks for (RFC 9110, 13.1.1); undefined without one and for `*`, which any version fulfils. Weak
 * tags and tags that are not ours match none. @throws ApiError 400 when it is not a list of tags.
 */
export function ifVersions({ headers }: Pick<FastifyRequest, 'headers'>): number[] | undefined {
  const header = headers['if-match'];
  if (header === undefined || header.trim() === '*') return undefined;
  if (!LIST.test(header)) throw new ApiError('bad-request', 'If-Match is * or a list of entity tags: "v3".');
  const tags = header.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.flatMap((tag) => {
    const version = /^"v(\d{1,9})"$/.exec(tag)?.[1];
    return version === undefined ? [] : [Number(version)];
  });
}

/** What a caller sends back as If-Match to change only what it has seen. Strong: for preconditions, not for caches. */
export function setVersionTag(reply: FastifyReply, version: number): void {
  void reply.header('etag', `"v${version}"`);
}
