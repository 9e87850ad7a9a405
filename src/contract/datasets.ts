import { z } from 'zod';
import { Id, ProjectQuery, page, Time } from './common.ts';
import { InteractionQuery } from './interactions.ts';

export const DatasetName = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,127}$/u,
    'must be 1 to 128 letters, digits, spaces and . _ - and begin with a letter or digit',
  );

/** Items of one dataset version; what a file may hold. */
export const MAX_DATASET_ITEMS = 50_000;
/** Bytes of a file that is imported, after unpacking. */
export const MAX_IMPORT_BYTES = 64 * 1024 * 1024;
/** Bytes of one line of a file. */
export const MAX_IMPORT_LINE_BYTES = 1024 * 1024;

const Content = z.string().max(500_000);

export const DatasetMessage = z.strictObject({
  role: z.enum(['system', 'user', 'assistant']),
  content: Content,
});
export type DatasetMessage = z.infer<typeof DatasetMessage>;

const Texts = z.record(z.string().max(128), Content);

/** One question with what is known of its answer. Give `messages`, or `input` for a single user message. */
export const NewDatasetItem = z
  .strictObject({
    /** Names the question over versions; made from the content where it is missing. */
    key: z.string().min(1).max(256).optional(),
    input: Content.min(1).optional(),
    messages: z.array(DatasetMessage).min(1).max(200).optional(),
    /** The answer that is expected. */
    reference: Content.nullish(),
    /** Passages the answer must be grounded in. */
    context: z.array(Content).max(200).optional(),
    /** Values for the `{{variables}}` of a prompt. */
    variables: Texts.optional(),
    metadata: Texts.optional(),
  })
  .refine(({ input, messages }) => (input === undefined) !== (messages === undefined), {
    error: 'give either input or messages',
  });
export type NewDatasetItem = z.infer<typeof NewDatasetItem>;

export const DatasetItem = z.object({
  id: Id,
  position: z.number().int(),
  key: z.string(),
  messages: z.array(DatasetMessage),
  reference: z.string().nullable(),
  context: z.array(z.string()),
  variables: z.record(z.string(), z.string()),
  metadata: z.record(z.string(), z.string()),
  /** The recorded call that it was made from. */
  interactionId: Id.nullable(),
});
export type DatasetItem = z.infer<typeof DatasetItem>;

export const Dataset = z.object({
  id: Id,
  name: z.string(),
  description: z.string(),
  latestVersion: z.number().int(),
  /** Of the latest version. */
  items: z.number().int(),
  runs: z.number().int(),
  createdAt: Time,
  createdBy: z.string(),
  updatedAt: Time,
});
export type Dataset = z.infer<typeof Dataset>;

export const DatasetVersion = z.object({
  version: z.number().int(),
  items: z.number().int(),
  /** SHA-256 of the file that the version is; null when it is more than one file. */
  fileHash: z.string().nullable(),
  note: z.string(),
  createdAt: Time,
  createdBy: z.string(),
});
export type DatasetVersion = z.infer<typeof DatasetVersion>;

export const NewDataset = z.strictObject({
  name: DatasetName,
  description: z.string().max(2000).default(''),
});
export type NewDataset = z.infer<typeof NewDataset>;

export const DatasetChange = z.strictObject({
  name: DatasetName.optional(),
  description: z.string().max(2000).optional(),
});
export type DatasetChange = z.infer<typeof DatasetChange>;

export const DatasetPage = page(Dataset);
export const DatasetVersionPage = page(DatasetVersion);
export const DatasetItemPage = page(DatasetItem);

const FileHash = z.string().regex(/^[0-9a-f]{64}$/);

/** Which dataset holds a file already. */
export const FileQuery = ProjectQuery.extend({ hash: FileHash });
export const FileReply = z.object({
  found: z.object({ dataset: Dataset, version: z.number().int() }).nullable(),
});

/** What came of adding items. */
export const ItemsAdded = z.object({
  version: z.number().int(),
  added: z.number().int(),
  /** Left as they are, because the same content is there already. */
  kept: z.number().int(),
  removed: z.number().int(),
});
export type ItemsAdded = z.infer<typeof ItemsAdded>;

export const NewItems = z.strictObject({ items: z.array(NewDatasetItem).min(1).max(200) });

/** What becomes the reference of an item that is made of a recorded call. */
const ReferenceFrom = z.enum(['none', 'answer']);

export const ItemsFromInteractions = z.strictObject({
  interactionIds: z.array(Id).min(1).max(200),
  reference: ReferenceFrom.default('none'),
});

const filterFields = InteractionQuery.omit({
  project: true,
  limit: true,
  cursor: true,
  from: true,
  to: true,
  flagged: true,
  minLatencyMs: true,
  minCostUsd: true,
}).shape;

export const ItemsFromFilter = z.strictObject({
  from: Time,
  to: Time,
  filter: z
    .strictObject({
      ...filterFields,
      flagged: z.boolean().optional(),
      minLatencyMs: z.number().optional(),
      minCostUsd: z.number().optional(),
    })
    .default({}),
  count: z.number().int().min(1).max(5_000),
  /** `newest`: the first that match; `sample`: drawn evenly from at most 20,000 that match, newest first. */
  pick: z.enum(['newest', 'sample']).default('newest'),
  /** The same seed draws the same calls. */
  seed: z.string().max(64).default(''),
  reference: ReferenceFrom.default('none'),
});
export type ItemsFromFilter = z.infer<typeof ItemsFromFilter>;

export const ItemsFound = ItemsAdded.extend({
  /** Calls that matched and were looked at. */
  matched: z.number().int(),
  /** Of those taken, how many had no recorded question. */
  withoutText: z.number().int(),
});

export const BadLine = z.object({ line: z.number().int(), reason: z.string() });
export type BadLine = z.infer<typeof BadLine>;

const Column = z.string().min(1).max(256);

/** Which columns (CSV) or fields (JSON lines) mean what; those not named are guessed from their names. */
export const ColumnMap = z.strictObject({
  key: Column.nullish(),
  input: Column.nullish(),
  reference: Column.nullish(),
  context: Column.nullish(),
  variables: z.array(Column).max(50).optional(),
  metadata: z.array(Column).max(50).optional(),
});
export type ColumnMap = z.infer<typeof ColumnMap>;

export const FileFormat = z.enum(['jsonl', 'csv']);
export type FileFormat = z.infer<typeof FileFormat>;

/** A column map as a query value, in JSON. */
const ColumnsText = z.string().max(10_000);

export const ImportQuery = ProjectQuery.extend({
  format: FileFormat.default('jsonl'),
  /** `append` adds to what is there; `replace` makes the file the whole of the new version. */
  mode: z.enum(['append', 'replace']).default('append'),
  /** Takes nothing when a line is bad. */
  strict: z.stringbool().default(false),
  columns: ColumnsText.optional(),
  note: z.string().max(500).default(''),
});

export const ImportReply = ItemsAdded.extend({
  /** At most 1,000; `badLines` counts all. */
  rejected: z.array(BadLine),
  badLines: z.number().int(),
});
export type ImportReply = z.infer<typeof ImportReply>;

export const PreviewQuery = ProjectQuery.extend({
  format: FileFormat.default('jsonl'),
  columns: ColumnsText.optional(),
});

/** How a file would be read: from its beginning. */
export const ImportPreview = z.object({
  columns: z.array(z.string()),
  /** What each part is read from; null: not there. */
  map: z.object({
    key: z.string().nullable(),
    input: z.string().nullable(),
    reference: z.string().nullable(),
    context: z.string().nullable(),
    variables: z.array(z.string()),
    metadata: z.array(z.string()),
  }),
  items: z.array(
    z.object({
      line: z.number().int(),
      messages: z.array(DatasetMessage),
      reference: z.string().nullable(),
      context: z.array(z.string()),
    }),
  ),
  rejected: z.array(BadLine),
});
export type ImportPreview = z.infer<typeof ImportPreview>;
