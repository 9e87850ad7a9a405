import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** Paths that never reach a log line, whoever logs them. */
const SECRETS = [
  'authorization',
  'cookie',
  '*.authorization',
  '*.cookie',
  '*.apiKey',
  '*.password',
  'req.headers',
  'res.headers',
];

/** JSON lines on standard output. Prompts, replies and keys are never passed to it. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level: level.toLowerCase() === 'warning' ? 'warn' : level.toLowerCase(),
    redact: { paths: SECRETS, censor: '[redacted]' },
    base: { service: 'lqo' },
    timestamp: (): string => `,"time":"${new Date().toISOString()}"`,
  };
  return destination ? pino(options, destination) : pino(options);
}
