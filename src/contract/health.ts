import { z } from 'zod';
import { Time } from './common.ts';

/** `GET /health`: the process is alive. Dependencies are told by `/ready`. */
export const HealthReply = z.object({
  status: z.literal('ok'),
  service: z.string(),
  version: z.string(),
  timestamp: Time,
});

/** `GET /ready`: `problem` says what is wrong with a dependency, null when nothing is. */
export const ReadyReply = z.object({
  status: z.enum(['ready', 'not_ready']),
  checks: z.array(z.object({ name: z.string(), problem: z.string().nullable() })),
});
