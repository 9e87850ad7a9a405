import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import type { FastifySchema, RouteOptions } from 'fastify';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';
import type { App } from '../core/http.ts';

/** Everything from ourselves, nothing inline but what Swagger UI draws with (inline styles, data: images). */
const DOCS_CSP = {
  'default-src': ["'self'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'img-src': ["'self'", 'data:'],
  'object-src': ["'none'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
};

/** A date or a transformed value has no JSON Schema; such a field is described as anything. */
const toJsonSchema = createJsonSchemaTransform({ zodToJsonConfig: { unrepresentable: 'any' } });

/** Collects the zod schemas of all routes registered after it: must run before them. */
export async function collectDocumentation(app: App, version: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'LLM Quality Observer',
        version,
        description:
          'Forwards LLM traffic, records it without loss, scores it and answers questions about it. ' +
          'Times are ISO 8601 UTC, money is integer micro-dollars, fractions lie between 0 and 1.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      servers: [{ url: '/' }],
      security: [{ apiKey: [] }],
      components: {
        securitySchemes: {
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'lqo_…',
            description: 'An API key of a project.',
          },
        },
      },
    },
    transform: (args) => {
      const { schema, url } = toJsonSchema(args);
      return { schema: withAccess(schema ?? {}, args.route), url };
    },
  });
}

/** `/openapi.json` and readable `/docs`, served from our own files so that they work offline. */
export async function documentationRoutes(app: App): Promise<void> {
  app.get('/openapi.json', { config: { public: true }, schema: { hide: true } }, async () =>
    app.swagger(),
  );
  await app.register((docs, _options, done) => {
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, public: true };
    });
    docs.register(fastifySwaggerUi, {
      routePrefix: '/docs',
      staticCSP: DOCS_CSP,
      theme: { title: 'LLM Quality Observer API' },
      // Without the bar on top, which only advertises and loads other descriptions.
      uiConfig: { layout: 'BaseLayout', deepLinking: true, validatorUrl: null },
    });
    done();
  });
}

/** Says for each operation who may call it. */
function withAccess(schema: FastifySchema, route: RouteOptions): FastifySchema {
  const { config } = route;
  if (config?.public === true) return { ...schema, security: [] };
  if (config?.scope === undefined) return schema;
  const given = schema.description === undefined ? '' : `${schema.description}\n\n`;
  return { ...schema, description: `${given}Needs the scope \`${config.scope}\`.` };
}
