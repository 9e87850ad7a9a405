import { z } from 'zod';
import { page, Time } from './common.ts';

export const PromptName = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/,
    'must be 1 to 128 of A-Z a-z 0-9 . _ - and begin with a letter or digit',
  );

/** A movable name for a version: `production`, `staging`. Never a number; `latest` is the newest version by itself. */
export const PromptLabel = z
  .string()
  .regex(/^[a-z][a-z0-9._-]{0,63}$/, 'must be 1 to 64 of a-z 0-9 . _ - and begin with a letter')
  .refine((label) => label !== 'latest', 'latest always is the newest version');

/** A version number, a label, or `latest`. */
export const PromptReference = z.string().regex(/^(?:[1-9]\d{0,8}|[a-z][a-z0-9._-]{0,63})$/);

const Template = z.string().max(200_000);

/** One message of a prompt; `{{name}}` stands for a variable. */
export const PromptMessage = z.strictObject({
  role: z.enum(['system', 'user', 'assistant']),
  template: Template,
});
export type PromptMessage = z.infer<typeof PromptMessage>;

/** Settings of a call, in no provider's words; written into the caller's dialect. */
export const CallParameters = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  topP: z.number().min(0).max(1).optional(),
  topK: z.number().int().min(1).max(10_000).optional(),
  maxOutputTokens: z.number().int().min(1).max(10_000_000).optional(),
  stop: z.array(z.string().min(1).max(500)).max(16).optional(),
  seed: z.number().int().optional(),
  frequencyPenalty: z.number().min(-2).max(2).optional(),
  presencePenalty: z.number().min(-2).max(2).optional(),
});
export type CallParameters = z.infer<typeof CallParameters>;

const content = {
  /** A conversation; give this or `text`. */
  messages: z.array(PromptMessage).min(1).max(100).optional(),
  /** One text (a single user message where a conversation is needed); give this or `messages`. */
  text: Template.min(1).optional(),
  /** Used where the caller did not set them. */
  parameters: CallParameters.optional(),
  note: z.string().max(2000).default(''),
};

const oneContent = ({ messages, text }: { messages?: unknown; text?: unknown }): boolean =>
  (messages === undefined) !== (text === undefined);
const ONE_CONTENT = 'give either messages or text';

/** A new version; versions are never changed afterwards. */
export const NewPromptVersion = z
  .strictObject({
    ...content,
    /** Labels that move to the new version. */
    labels: z.array(PromptLabel).max(20).default([]),
  })
  .refine(oneContent, ONE_CONTENT);
export type NewPromptVersion = z.infer<typeof NewPromptVersion>;

/** A new prompt with its version 1. */
export const NewPrompt = z
  .strictObject({
    name: PromptName,
    description: z.string().max(2000).default(''),
    ...content,
    labels: z.array(PromptLabel).max(20).default([]),
  })
  .refine(oneContent, ONE_CONTENT);
export type NewPrompt = z.infer<typeof NewPrompt>;

export const PromptChange = z.strictObject({ description: z.string().max(2000) });

export const PromptVersion = z.object({
  version: z.number().int(),
  messages: z.array(PromptMessage).nullable(),
  text: z.string().nullable(),
  parameters: CallParameters,
  /** The variables its templates name, in order of appearance. */
  variables: z.array(z.string()),
  note: z.string(),
  createdAt: Time,
  /** `user:<email>`, `key:<prefix>`. */
  createdBy: z.string(),
});
export type PromptVersion = z.infer<typeof PromptVersion>;

export const PromptSummary = z.object({
  name: z.string(),
  description: z.string(),
  latestVersion: z.number().int(),
  /** Label to version. */
  labels: z.record(z.string(), z.number().int()),
  createdAt: Time,
  /** When a version was added or a label moved. */
  updatedAt: Time,
});
export type PromptSummary = z.infer<typeof PromptSummary>;

export const PromptPage = page(PromptSummary);
/** Newest first; the cursor is the last version number. */
export const PromptVersionPage = page(PromptVersion);

export const LabelTarget = z.strictObject({ version: z.number().int().min(1) });

export const PromptVariables = z.record(z.string().max(128), z.string().max(500_000));

export const RenderRequest = z.strictObject({
  /** A version number, a label or `latest`; default: label `production`, and where it is missing the newest. */
  version: z.union([z.number().int().min(1), PromptReference]).optional(),
  variables: PromptVariables.default({}),
});

export const RenderedPrompt = z.object({
  name: z.string(),
  version: z.number().int(),
  messages: z
    .array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }))
    .nullable(),
  text: z.string().nullable(),
  parameters: CallParameters,
});
export type RenderedPrompt = z.infer<typeof RenderedPrompt>;

export const DiffQuery = z.object({ from: PromptReference, to: PromptReference });

const DiffPiece = z.object({ kind: z.enum(['same', 'added', 'removed']), text: z.string() });

export const PromptDiff = z.object({
  from: z.number().int(),
  to: z.number().int(),
  /** One for each message (or the text), in order. */
  sections: z.array(
    z.object({
      kind: z.enum(['same', 'changed', 'added', 'removed']),
      /** `text` for prompts that are one text. */
      role: z.enum(['system', 'user', 'assistant', 'text']),
      /** Line by line, without line ends. `words` tells, within a changed line, which words changed. */
      lines: z.array(DiffPiece.extend({ words: z.array(DiffPiece).nullable() })),
    }),
  ),
  /** Settings that differ, as JSON text; null: not set. */
  parameters: z.array(
    z.object({ name: z.string(), from: z.string().nullable(), to: z.string().nullable() }),
  ),
  addedVariables: z.array(z.string()),
  removedVariables: z.array(z.string()),
});
export type PromptDiff = z.infer<typeof PromptDiff>;
