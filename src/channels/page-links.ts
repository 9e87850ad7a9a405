import type { MessageSetting } from './message.ts';

/** A page of the dashboard in the project of the message. */
export function pageUrl({ baseUrl, projectSlug }: MessageSetting, path: string): string {
  return `${baseUrl}${path}?project=${encodeURIComponent(projectSlug)}`;
}

/** The alert's page. */
export function alertUrl(setting: MessageSetting, id: string): string {
  return pageUrl(setting, `/alerts/${encodeURIComponent(id)}`);
}
