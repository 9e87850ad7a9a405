import { z } from 'zod';
import { BackfillFilters } from './backfills.ts';
import { Id, PageQuery, ProjectQuery, page, Time } from './common.ts';

/** Fields that hold text; `context`, `tool_results` and `tags` hold several, of which one has to fit. */
export const TEXT_FIELDS = [
  'answer',
  'prompt',
  'instructions',
  'context',
  'tool_results',
  'model',
  'response_model',
  'provider',
  'route',
  'user',
  'session',
  'tags',
  'prompt_name',
  'prompt_version',
  'language',
  'prompt_language',
  'finish_reason',
  'status',
  'operation',
  'origin',
] as const;
export const NUMBER_FIELDS = [
  'latency_ms',
  'first_token_ms',
  'input_tokens',
  'output_tokens',
  'cost_usd',
  'answer_characters',
  'prompt_characters',
] as const;

/** What a condition does with a field. Numbers: the second row and `equals`; scores and metadata may be either. */
export const RULE_OPERATORS = [
  'equals',
  'contains',
  'starts_with',
  'ends_with',
  'in',
  'matches',
  'keywords',
  'json_schema',
  'exists',
  'less_than',
  'at_most',
  'more_than',
  'at_least',
] as const;
export type RuleOperator = (typeof RULE_OPERATORS)[number];

const Test = z.strictObject({
  /** One of the fields, `metadata.<key>` or `score.<name>`. */
  field: z.string().min(1).max(128),
  operator: z.enum(RULE_OPERATORS),
  /** Text, number, list of texts or JSON Schema, as the operator takes it; `exists` takes true or false. */
  value: z.unknown(),
  /** Texts are compared without regard to case; default true. */
  ignoreCase: z.boolean().optional(),
});

/** A tree: `all`, `any`, `not`, and tests of one field. */
export type RuleCondition =
  | { readonly all: readonly RuleCondition[] }
  | { readonly any: readonly RuleCondition[] }
  | { readonly not: RuleCondition }
  | z.infer<typeof Test>;

/** The shape alone; whether values fit their operators is told when a rule is saved or tried. */
export const RuleCondition: z.ZodType<RuleCondition> = z.lazy(() =>
  z.union([
    z.strictObject({ all: z.array(RuleCondition).min(1) }),
    z.strictObject({ any: z.array(RuleCondition).min(1) }),
    z.strictObject({ not: RuleCondition }),
    Test,
  ]),
);

const Patterns = z.array(z.string().min(1).max(256)).max(50);

const fields = {
  /** Names the score: `rule:<name>`, unless it is given one of its own. */
  name: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9_-]{0,54}$/,
      'must be 1 to 55 of a-z 0-9 _ - and begin with a letter or digit',
    ),
  description: z.string().max(2000),
  scoreName: z
    .string()
    .regex(/^[a-z][a-z0-9_.-]{0,63}$/, 'must be 1 to 64 of a-z 0-9 _ . - and begin with a letter')
    .nullable(),
  /** A tree of `all`, `any`, `not` and tests `{field, operator, value}`: docs/rules.md has all of them. */
  condition: z.record(z.string(), z.unknown()),
  /** What it means when the condition holds. */
  verdict: z.enum(['pass', 'fail']),
  /** The score of what does not pass, from 0 to below 1. */
  value: z.number().min(0).lt(1),
  severity: z.enum(['low', 'medium', 'high']),
  /** Whether what does not pass flags the interaction. */
  flag: z.boolean(),
  /** In the combined score. */
  weight: z.number().gt(0).max(1000),
  /** Rules of higher priority come first. */
  priority: z.number().int().min(-1000).max(1000),
  /** When it does not pass, no later rule is asked. */
  stop: z.boolean(),
  enabled: z.boolean(),
  /** Which calls it is about; an empty list takes all. A star at the end stands for any ending. */
  scope: z.strictObject({ models: Patterns, prompts: Patterns, tags: Patterns }).partial(),
  /** Share of interactions; the same ones every time. */
  sampleRate: z.number().gt(0).max(1),
};

/** A rule as it is written. */
export const RuleDefinition = z.strictObject({
  name: fields.name,
  description: fields.description.default(''),
  scoreName: fields.scoreName.default(null),
  condition: fields.condition,
  verdict: fields.verdict.default('fail'),
  value: fields.value.default(0),
  severity: fields.severity.default('medium'),
  flag: fields.flag.default(true),
  weight: fields.weight.default(1),
  priority: fields.priority.default(0),
  stop: fields.stop.default(false),
  enabled: fields.enabled.default(true),
  scope: fields.scope.default({}),
  sampleRate: fields.sampleRate.default(1),
});
export type RuleDefinition = z.infer<typeof RuleDefinition>;

/** What is not given stays as it is. */
export const RuleChange = z.strictObject(fields).partial();
export type RuleChange = z.infer<typeof RuleChange>;

export const Rule = z.object({
  ...RuleDefinition.shape,
  id: Id,
  version: z.number().int(),
  /** What its scores are called. */
  score: z.string(),
  createdAt: Time,
  updatedAt: Time,
  updatedBy: z.string(),
});
export type Rule = z.infer<typeof Rule>;

export const RuleListQuery = PageQuery.extend({ ...ProjectQuery.shape, cursor: Id.optional() });
export const RulePage = page(Rule);

export const RuleVersion = z.object({
  version: z.number().int(),
  definition: RuleDefinition,
  deed: z.enum(['created', 'changed', 'restored', 'imported']),
  createdAt: Time,
  createdBy: z.string(),
  /** Fields that differ from the version before. */
  changed: z.array(z.string()),
});
export type RuleVersion = z.infer<typeof RuleVersion>;
export const RuleVersionPage = page(RuleVersion);
export const RuleRestore = z.strictObject({ version: z.number().int().min(1) });

/** All rules of a project, as a file. */
export const RuleFile = z.strictObject({
  format: z.literal('lqo.rules'),
  version: z.literal(1),
  rules: z.array(RuleDefinition).max(200),
});
export type RuleFile = z.infer<typeof RuleFile>;

/** Rules are matched by name. `replace` removes those that the file does not have. */
export const RuleImport = z.strictObject({
  file: RuleFile,
  mode: z.enum(['merge', 'replace']).default('merge'),
  /** Tells what would change and changes nothing. */
  dryRun: z.boolean().default(false),
});
export type RuleImport = z.infer<typeof RuleImport>;

export const RuleImportReply = z.object({
  dryRun: z.boolean(),
  created: z.array(z.string()),
  changed: z.array(z.object({ name: z.string(), fields: z.array(z.string()) })),
  unchanged: z.array(z.string()),
  removed: z.array(z.string()),
});
export type RuleImportReply = z.infer<typeof RuleImportReply>;

/** Tries a rule that need not be saved, on chosen interactions or the newest ones that fit; stores nothing. */
export const RuleTrial = z.strictObject({
  rule: RuleDefinition.partial({ name: true }),
  interactionIds: z.array(Id).min(1).max(100).optional(),
  filters: BackfillFilters.optional(),
  from: Time.optional(),
  to: Time.optional(),
  limit: z.number().int().min(1).max(100).default(20),
});
export type RuleTrial = z.infer<typeof RuleTrial>;

export const RuleTrialReply = z.object({
  items: z.array(
    z.object({
      interactionId: Id,
      createdAt: Time,
      promptPreview: z.string(),
      answerPreview: z.string(),
      /** `unknown`: something that the condition asks for is not known of this interaction, so there is no score. */
      outcome: z.enum(['passed', 'failed', 'unknown', 'out_of_scope', 'error']),
      /** 0 to 1; null when there is no score. */
      value: z.number().nullable(),
      /** The tests that were made, in order, and what they found. */
      why: z.array(
        z.object({
          path: z.string(),
          test: z.string(),
          holds: z.boolean().nullable(),
          found: z.string().nullable(),
        }),
      ),
      error: z.string().nullable(),
      microseconds: z.number(),
    }),
  ),
  passed: z.number().int(),
  failed: z.number().int(),
  unknown: z.number().int(),
});
export type RuleTrialReply = z.infer<typeof RuleTrialReply>;
