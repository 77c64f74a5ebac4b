import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fastifyPlugin from 'fastify-plugin';
import { ERRORS } from '../../contracts/errors';
import { Problem } from '../../contracts/http/common';
import { describeRoute } from '../openapi/describe-route';
import { readableDocument } from '../openapi/document';
import { PAGE_POLICY } from './headers';

/** The contract as the running service has it: /openapi.json, read by people at /docs; errors at /docs/errors. */
export const openapiPlugin = fastifyPlugin(async (app) => {
  app.addSchema(Problem);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Invigil', version: '0.1.0', description: 'Durable exam attempts and learner exports.' },
      components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
      security: [{ bearer: [] }],
    },
    transform: describeRoute,
    transformObject: (document) => readableDocument('openapiObject' in document ? document.openapiObject : {}),
    refResolver: {
      buildLocalReference: ({ $id }, _base, _fragment, position) =>
        typeof $id === 'string' ? $id : `schema-${position}`,
    },
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: PAGE_POLICY });
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  app.get('/docs/errors', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('text/html').header('content-security-policy', PAGE_POLICY).send(errorPage()),
  );
});

/** Where the `type` of a problem document leads. The table is ours, so nothing needs escaping. */
function errorPage(): string {
  const rows = Object.entries(ERRORS)
    .map(
      ([code, { status, title }]) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`,
    )
    .join('\n');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Invigil: errors</title>
<style>body{font:1rem/1.5 sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}td,th{padding:.3rem 1rem;text-align:left}
tr:target{background:#fff3bf}</style></head>
<body><main><h1>Errors</h1>
<p>Every error is <code>application/problem+json</code> (RFC 9457). 503 answers carry Retry-After; repeat them with the same
Idempotency-Key.</p>
<table><thead><tr><th>code</th><th>status</th><th>meaning</th></tr></thead><tbody>
${rows}
</tbody></table></main></body></html>`;
}
