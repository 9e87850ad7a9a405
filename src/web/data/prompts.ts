import type { z } from 'zod';
import type {
  NewPrompt,
  NewPromptVersion,
  PromptDiff,
  PromptSummary,
  PromptVersion,
  RenderedPrompt,
  RenderRequest,
} from '../../contract/prompts.ts';
import { useProjectChange, useProjectQuery } from './project-call.ts';

function pathOf(name: string, rest = ''): string {
  return `/api/v1/prompts/${encodeURIComponent(name)}${rest}`;
}

/** The registered prompts, by name. */
export function usePrompts() {
  return useProjectQuery<{ items: PromptSummary[] }>('prompts', '/api/v1/prompts', {
    query: { limit: 200 },
  });
}

/** One prompt with its labels. */
export function usePrompt(name: string) {
  return useProjectQuery<PromptSummary>('prompt', pathOf(name));
}

/** Its versions, newest first. */
export function usePromptVersions(name: string) {
  return useProjectQuery<{ items: PromptVersion[]; nextCursor: string | null }>(
    'prompt',
    pathOf(name, '/versions'),
    { query: { limit: 200 } },
  );
}

/** What changed from one version to another. */
export function usePromptDiff(name: string, from: number, to: number) {
  return useProjectQuery<PromptDiff>('prompt', pathOf(name, '/diff'), { query: { from, to } });
}

export type PromptBody = z.input<typeof NewPrompt>;
export type PromptVersionBody = z.input<typeof NewPromptVersion>;

/** The list and what is open; a removed one must not be asked for again. */
const ALL = ['prompts', 'prompt'] as const;

export function useCreatePrompt() {
  return useProjectChange<PromptBody, PromptSummary>(['prompts'], (body) => ({
    method: 'POST',
    path: '/api/v1/prompts',
    body,
  }));
}

export function useAddVersion(name: string) {
  return useProjectChange<PromptVersionBody, PromptVersion>(ALL, (body) => ({
    method: 'POST',
    path: pathOf(name, '/versions'),
    body,
  }));
}

/** Says anew what the prompt is for. */
export function useDescribePrompt(name: string) {
  return useProjectChange<string, PromptSummary>(ALL, (description) => ({
    method: 'PATCH',
    path: pathOf(name),
    body: { description },
  }));
}

export function useRemovePrompt(name: string) {
  return useProjectChange<void>(['prompts'], () => ({ method: 'DELETE', path: pathOf(name) }));
}

/** Moves a label to a version; null takes it away. */
export function useMoveLabel(name: string) {
  return useProjectChange<{ label: string; version: number | null }>(ALL, ({ label, version }) => {
    const path = pathOf(name, `/labels/${encodeURIComponent(label)}`);
    return version === null
      ? { method: 'DELETE', path }
      : { method: 'PUT', path, body: { version } };
  });
}

/** Renders a version without calling a model. */
export function useRenderPrompt(name: string) {
  return useProjectChange<z.input<typeof RenderRequest>, RenderedPrompt>([], (body) => ({
    method: 'POST',
    path: pathOf(name, '/render'),
    body,
  }));
}
