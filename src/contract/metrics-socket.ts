import { z } from 'zod';
import { ProjectQuery, Time } from './common.ts';
import { LegacyCostAnalysis } from './costs.ts';

/** `WS /ws/metrics`: browsers choose the project by query, keys have one. */
export const SocketQuery = ProjectQuery;

const timestamp = Time;
const added = z.object({ added: z.number().int().positive() });

/** What the socket says; clients are not expected to say anything. */
export const MetricsMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('cost_update'), data: LegacyCostAnalysis, timestamp }),
  z.object({ type: z.literal('interactions'), data: added, timestamp }),
  z.object({ type: z.literal('scores'), data: added, timestamp }),
  z.object({
    type: z.literal('alerts'),
    data: z.object({ opened: z.number().int(), closed: z.number().int() }),
    timestamp,
  }),
  z.object({ type: z.literal('ledger'), data: z.object({ degraded: z.boolean() }), timestamp }),
]);
export type MetricsMessage = z.infer<typeof MetricsMessage>;
