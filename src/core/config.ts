import { z } from 'zod';

const positive = z.coerce.number().int().positive();
const optionalText = z
  .string()
  .optional()
  .transform((text) => (text === undefined || text.trim() === '' ? null : text.trim()));
const flag = (byDefault: boolean) => z.union([z.boolean(), z.stringbool()]).default(byDefault);

const GIB = 1024 ** 3;

/**
 * Every environment variable of the program. `docs/configuration.md` and `.env.example` are
 * generated from the descriptions, so each says meaning and unit.
 */
export const ConfigSchema = z.object({
  APP_ENV: z
    .string()
    .default('local')
    .describe('Name of the environment, shown in logs and metrics.'),
  LOG_LEVEL: z
    .string()
    .default('INFO')
    .transform((level) => level.toUpperCase())
    .pipe(z.enum(['TRACE', 'DEBUG', 'INFO', 'WARN', 'WARNING', 'ERROR', 'FATAL', 'SILENT']))
    .describe('How much is logged. Prompts, replies and keys are never logged at any level.'),
  HOST: z
    .string()
    .default('127.0.0.1')
    .describe(
      'Address to listen on. Outside loopback an administrator must exist and AUTH_MODE must be required.',
    ),
  PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .default(18_000)
    .describe('Port to listen on; 0 takes a free one.'),
  DATA_DIR: z.string().default('./data').describe('Folder of the spool and the embedded database.'),
  DATABASE_URL: optionalText.describe(
    'PostgreSQL 15 or newer, `postgresql://user:password@host:5432/name`. Empty: the embedded database in DATA_DIR.',
  ),
  DATABASE_POOL_SIZE: positive.default(10).describe('Connections to PostgreSQL per process.'),
  LQO_ROLE: z
    .enum(['all', 'gateway', 'api', 'worker'])
    .default('all')
    .describe('Which parts this process runs.'),
  LQO_API_KEY: optionalText.describe(
    'Provisions this API key (all scopes) for the default project at start. At least 20 characters.',
  ),
  LQO_ADMIN_EMAIL: optionalText.describe(
    'Provisions an administrator at start, together with LQO_ADMIN_PASSWORD.',
  ),
  LQO_ADMIN_PASSWORD: optionalText.describe(
    'Password of the provisioned administrator, at least 12 characters.',
  ),
  AUTH_MODE: z
    .enum(['required', 'off'])
    .default('required')
    .describe('`off` switches authentication off; only on loopback.'),
  ALLOWED_HOSTS: optionalText.describe(
    'Comma list of further Host names that browsers may use to reach the program (default: loopback names and HOST).',
  ),
  LLM_API_BASE_URL: optionalText.describe(
    'Base URL of the OpenAI-compatible provider, for example https://api.openai.com/v1. Empty: only the demo provider answers.',
  ),
  LLM_API_KEY: optionalText.describe('Key sent to the provider as a bearer token.'),
  OLLAMA_BASE_URL: optionalText.describe(
    'Base URL of an Ollama server, for example http://127.0.0.1:11434. Empty: none is configured by the environment.',
  ),
  LQO_SECRET_KEY: optionalText.describe(
    'Key that encrypts provider credentials at rest: 32 bytes as base64 or hex. Empty: made on first start and kept in DATA_DIR/secret.key (mode 0600).',
  ),
  REDIS_URL: optionalText.describe(
    'Redis 6.2 or newer, `redis://…` or `rediss://…`: shares rate limits and cached answers between replicas. Empty: each machine for itself.',
  ),
  LQO_WORKERS: positive
    .max(64)
    .default(1)
    .describe(
      'Gateway processes on this machine. Above 1 they share the port and the database of the first.',
    ),
  LQO_GATEWAY_URL: optionalText
    .refine((text) => text === null || URL.canParse(text), 'must be a URL')
    .describe(
      'Base URL of the gateway that judges and dataset runs ask models through. Empty: this program itself, where its role answers calls; a `worker` beside gateways needs it, and the same LQO_SECRET_KEY.',
    ),
  OPENAI_MODEL_MAIN: z
    .string()
    .default('gpt-5-mini')
    .describe('Model of `POST /chat` when the caller names none.'),
  OPENAI_MODEL_JUDGE: z
    .string()
    .default('gpt-5-mini')
    .describe('Model of the built-in rubrics, where a rubric names no other.'),
  UPSTREAM_CONNECT_TIMEOUT_MS: positive
    .default(10_000)
    .describe('Milliseconds to connect to a provider.'),
  UPSTREAM_FIRST_BYTE_TIMEOUT_MS: positive
    .default(300_000)
    .describe('Milliseconds from the sent request to the first byte of the answer.'),
  UPSTREAM_IDLE_TIMEOUT_MS: positive
    .default(120_000)
    .describe('Milliseconds between two chunks of an answer.'),
  UPSTREAM_TOTAL_TIMEOUT_MS: positive.default(1_800_000).describe('Milliseconds for a whole call.'),
  UPSTREAM_CONNECTIONS: positive.default(512).describe('Connections to one provider per process.'),
  GATEWAY_MAX_BODY_BYTES: positive
    .default(64 * 1024 * 1024)
    .describe('Largest request body the gateway forwards, in bytes.'),
  GATEWAY_KEEP_BODY_BYTES: positive
    .default(8 * 1024 * 1024)
    .describe(
      'How many bytes of a request and of a response are kept for the record; longer ones are cut and say so.',
    ),
  API_MAX_BODY_BYTES: positive
    .default(16 * 1024 * 1024)
    .describe('Largest body of our own API, in bytes, after decompression.'),
  SPOOL_SYNC: z
    .enum(['interval', 'always'])
    .default('interval')
    .describe('`interval`: fdatasync at least every 5 ms; `always`: before the reply ends.'),
  SPOOL_MAX_BYTES: positive.default(10 * GIB).describe('Size limit of the spool in bytes.'),
  SPOOL_SEGMENT_BYTES: positive
    .default(64 * 1024 * 1024)
    .describe('Size at which a spool segment is closed and the next begun, in bytes.'),
  SPOOL_FULL: z
    .enum(['serve', 'refuse'])
    .default('serve')
    .describe(
      'When the spool is full: `serve` forwards and counts the record as dropped, `refuse` answers 503.',
    ),
  RETENTION_DAYS: positive
    .default(90)
    .describe(
      'Days after which partitions with interactions, bodies, spans and scores are dropped.',
    ),
  ENABLE_AUTO_EVALUATION: flag(true).describe('Scores new interactions by themselves.'),
  EVALUATION_INTERVAL_MINUTES: z.coerce
    .number()
    .positive()
    .default(60)
    .describe(
      'Longest time in minutes between two runs of automatic evaluation; new interactions are scored within seconds when the program is idle enough.',
    ),
  EVALUATION_BATCH_SIZE: positive
    .max(10_000)
    .default(500)
    .describe('Interactions claimed at once; a run goes on until nothing is due.'),
  EVALUATION_JUDGE_TYPE: z
    .enum(['rule', 'llm'])
    .default('rule')
    .describe(
      'Which judge automatic evaluation uses beside the rules: with `llm` everything is judged by the rubric `quality` (OPENAI_MODEL_JUDGE, within the daily budget of judges), unless a project plans otherwise.',
    ),
  EMBEDDING_MODEL: optionalText.describe(
    'Embedding model or route, as callers of the gateway name it, by which `semantic_similarity` compares prompt and answer; its calls are recorded, priced and within budgets. Empty: by words.',
  ),
  DETECTOR_ONNX_DIR: optionalText.describe(
    'Folder with an ONNX model of your own that judges texts beside the built-in detectors (docs/evaluators.md); needs the package `onnxruntime-node`. Empty: none.',
  ),
  NOTIFICATION_SCORE_THRESHOLD: z.coerce
    .number()
    .min(1)
    .max(5)
    .default(3)
    .describe('Overall score (1 to 5) at or below which an interaction counts as low quality.'),
  PUBLIC_URL: optionalText.describe(
    'Where people reach the dashboard, for links in messages, for example https://quality.example.com. Empty: http://HOST:PORT.',
  ),
  MONITORS_FILE: optionalText.describe(
    'Monitors as code: a JSON or YAML file that is applied to the default project at every start (docs/monitors.md).',
  ),
  NOTIFICATION_LANGUAGE: z
    .enum(['en', 'ko', 'ja', 'zh'])
    .default('en')
    .describe('Language of messages to the channels that the variables below make.'),
  SLACK_WEBHOOK_URL: optionalText.describe(
    'Incoming webhook of Slack: makes the channel `slack`, which is told of low quality, batches and alerts of monitors that name it.',
  ),
  DISCORD_WEBHOOK_URL: optionalText.describe('Webhook of Discord: makes the channel `discord`.'),
  SMTP_HOST: optionalText.describe(
    'Mail server. With SMTP_FROM_EMAIL and SMTP_TO_EMAILS it makes the channel `email`.',
  ),
  SMTP_PORT: z.coerce.number().int().min(1).max(65_535).default(587).describe('Its port.'),
  SMTP_SECURITY: z
    .enum(['starttls', 'tls', 'none'])
    .optional()
    .describe(
      '`tls` encrypts from the first byte, `starttls` upgrades and refuses to go on without, `none` is for a relay on this machine. Default: `tls` for port 465, else `starttls`.',
    ),
  SMTP_USERNAME: optionalText.describe('User name at the mail server; empty: no authentication.'),
  SMTP_PASSWORD: optionalText.describe('Password at the mail server.'),
  SMTP_FROM_EMAIL: optionalText.describe('Sender of mails.'),
  SMTP_TO_EMAILS: optionalText.describe('Recipients of mails, a comma list.'),
  PROMETHEUS_URL: optionalText.describe(
    "Base URL of a Prometheus server whose alerts `GET /alerts/history` shows beside the program's own, for example http://127.0.0.1:9090.",
  ),
  METRICS_FILES_ENABLE: flag(false).describe(
    'Writes the windows of 1 minute, 5 minutes and 1 hour as JSON files into DATA_DIR/metrics.',
  ),
  TRACE_DIR: z
    .string()
    .default('./data/traces')
    .describe('Folder that is watched for JSONL event files.'),
  TRACE_ENABLE: flag(true).describe('Watches TRACE_DIR.'),
  EVENT_MAX_LINE_BYTES: positive
    .default(4 * 1024 * 1024)
    .describe('Longest line of a JSONL event file, in bytes.'),
  METRICS_ENABLE: flag(true).describe('Answers `GET /metrics`.'),
});

export type Config = Readonly<z.infer<typeof ConfigSchema>>;

/** The checked configuration; throws with one line per wrong variable, saying what it must be. */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = ConfigSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigError(`The configuration is not valid:\n${lines.join('\n')}`);
}

/** The environment asks for something that cannot be; the message says which variable and why. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost', '[::1]']);

export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.has(host) || /^127(\.\d{1,3}){3}$/.test(host);
}
