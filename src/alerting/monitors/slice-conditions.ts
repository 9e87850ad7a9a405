import type { Params } from '../../analytics/spans.ts';
import type { MonitorSlice } from '../../contract/monitors.ts';

/** Whether a slice leaves anything out. */
export function isSliced(slice: MonitorSlice): boolean {
  return Object.values(slice).some((part) => part !== undefined);
}

/** The conditions of a slice over `interactions i`, and that the call is of somebody's application. */
export function sliceConditions(slice: MonitorSlice, params: Params): string[] {
  const conditions = [`i.origin not in ('judge', 'run')`, 'i.shadow_of is null'];
  const columns = {
    'i.model': slice.model,
    'i.provider': slice.provider,
    'i.route': slice.route,
    'i.user_id': slice.user,
    'i.language': slice.language,
  };
  for (const [column, value] of Object.entries(columns)) {
    if (value !== undefined) conditions.push(`${column} = ${params.add(value)}`);
  }
  if (slice.tag !== undefined) conditions.push(`${params.add(slice.tag)}::text = any(i.tags)`);
  if (slice.prompt !== undefined) {
    const at = slice.prompt.lastIndexOf('@');
    const [name, version] =
      at < 1 ? [slice.prompt, null] : [slice.prompt.slice(0, at), slice.prompt.slice(at + 1)];
    conditions.push(`i.prompt_name = ${params.add(name)}`);
    if (version !== null) conditions.push(`i.prompt_version = ${params.add(version)}`);
  }
  return conditions;
}
