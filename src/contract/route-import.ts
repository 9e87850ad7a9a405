import { z } from 'zod';
import { ProviderKind } from './routing.ts';

/** `POST /api/v1/routes/import`: a LiteLLM `config.yaml`; without `apply` it only shows what would be made. */
export const RouteImport = z.strictObject({
  format: z.literal('litellm').default('litellm'),
  content: z.string().min(1).max(1_000_000),
  apply: z.boolean().default(false),
});
export type RouteImport = z.infer<typeof RouteImport>;

const ImportAction = z.enum(['create', 'exists']);
export const RouteImportReply = z.object({
  applied: z.boolean(),
  providers: z.array(
    z.object({
      name: z.string(),
      kind: ProviderKind,
      baseUrl: z.string(),
      action: ImportAction,
      /** `given`: in the file; `missing`: to be entered by hand, `reference` says what the file named. */
      credential: z.enum(['given', 'missing', 'not_needed', 'kept']),
      reference: z.string().nullable(),
    }),
  ),
  models: z.array(z.object({ provider: z.string(), name: z.string(), action: ImportAction })),
  routes: z.array(
    z.object({
      name: z.string(),
      action: ImportAction,
      targets: z.array(
        z.object({
          provider: z.string(),
          model: z.string(),
          weight: z.number(),
          priority: z.number(),
        }),
      ),
    }),
  ),
  /** What cannot be carried over: where in the file, and why. */
  notes: z.array(z.object({ path: z.string(), reason: z.string() })),
});
export type RouteImportReply = z.infer<typeof RouteImportReply>;
