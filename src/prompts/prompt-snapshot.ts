import type { CallParameters, PromptMessage } from '../contract/prompts.ts';
import { AppError } from '../core/errors.ts';
import type { Queryable } from '../store/database.ts';
import { fillTemplates } from './template.ts';

/** A version of a prompt as it is rendered; plain data. */
export interface StoredVersion {
  readonly version: number;
  /** One of the two. */
  readonly messages: readonly PromptMessage[] | null;
  readonly text: string | null;
  readonly parameters: CallParameters;
}

/** A registered prompt with all its versions; plain data that can be posted to other processes. */
export interface StoredPrompt {
  readonly projectId: string;
  readonly name: string;
  readonly latestVersion: number;
  readonly labels: Readonly<Record<string, number>>;
  readonly versions: readonly StoredVersion[];
}

/** Every registered prompt of every project. */
export async function readPrompts(database: Queryable): Promise<StoredPrompt[]> {
  const prompts = await database.query<{
    project_id: string;
    name: string;
    latest_version: number;
    labels: Record<string, number> | null;
  }>(
    `select p.project_id, p.name, p.latest_version,
       (select jsonb_object_agg(l.label, l.version) from prompt_labels l
        where l.project_id = p.project_id and l.name = p.name) as labels
     from prompts p`,
  );
  const versions = await database.query<StoredVersion & { project_id: string; name: string }>(
    'select project_id, name, version, messages, text, parameters from prompt_versions order by version',
  );
  const byPrompt = Map.groupBy(versions, (row) => `${row.project_id} ${row.name}`);
  return prompts.map((row) => ({
    projectId: row.project_id,
    name: row.name,
    latestVersion: row.latest_version,
    labels: row.labels ?? {},
    versions: (byPrompt.get(`${row.project_id} ${row.name}`) ?? []).map(
      ({ version, messages, text, parameters }) => ({ version, messages, text, parameters }),
    ),
  }));
}

/** The label that is meant where nothing is said. */
export const DEFAULT_LABEL = 'production';

/**
 * The version number that a reference means: a number, a label, `latest`, or (null) the label `production` and without
 * one the newest. Null when there is no such version or label.
 */
export function resolveVersion(
  prompt: Pick<StoredPrompt, 'labels' | 'latestVersion'> & {
    readonly versions: readonly { readonly version: number }[];
  },
  reference: string | null,
): number | null {
  if (reference === null) return prompt.labels[DEFAULT_LABEL] ?? prompt.latestVersion;
  if (reference === 'latest') return prompt.latestVersion;
  if (!/^\d+$/.test(reference)) {
    return Object.hasOwn(prompt.labels, reference) ? (prompt.labels[reference] ?? null) : null;
  }
  const wanted = Number(reference);
  return prompt.versions.some(({ version }) => version === wanted) ? wanted : null;
}

/** A rendered version. */
export interface Rendered {
  readonly messages:
    | readonly { readonly role: PromptMessage['role']; readonly content: string }[]
    | null;
  readonly text: string | null;
  readonly parameters: CallParameters;
}

/** The templates of a version, in order. */
export function templatesOf({
  messages,
  text,
}: Pick<StoredVersion, 'messages' | 'text'>): string[] {
  return messages?.map(({ template }) => template) ?? [text ?? ''];
}

/** Renders a version. Throws `invalid_request` for missing and unknown variables. */
export function renderVersion(
  version: StoredVersion,
  variables: Readonly<Record<string, string>>,
): Rendered {
  const { messages, parameters } = version;
  const filled = fillTemplates(templatesOf(version), variables);
  if (messages === null) return { messages: null, text: filled[0] ?? '', parameters };
  return {
    messages: messages.map(({ role }, place) => ({ role, content: filled[place] ?? '' })),
    text: null,
    parameters,
  };
}

/** The version that a reference means. Throws `invalid_request` when there is none. */
export function versionOf(prompt: StoredPrompt, reference: string | null): StoredVersion {
  const number = resolveVersion(prompt, reference);
  const found = prompt.versions.find(({ version }) => version === number);
  if (found === undefined) {
    throw new AppError(
      'invalid_request',
      `The prompt ${prompt.name} has no version or label ${reference ?? 'latest'}.`,
      { details: { prompt: prompt.name, version: reference } },
    );
  }
  return found;
}
