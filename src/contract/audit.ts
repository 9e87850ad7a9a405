import { z } from 'zod';
import { Id, page, Time } from './common.ts';

/** One change that somebody made: `actor` is `key:<prefix>`, `user:<email>`, `local` or `start`. */
export const AuditEntry = z.object({
  id: Id,
  at: Time,
  projectId: Id.nullable(),
  actor: z.string(),
  action: z.string(),
  target: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
});
export type AuditEntry = z.infer<typeof AuditEntry>;
/** `GET /api/v1/audit`: newest first. */
export const AuditReply = page(AuditEntry);
