import { AppError } from '../core/errors.ts';

/** What is between the braces has to be a name; anything else stays text as it is. */
const PLACEHOLDER = /\{\{[ \t]*([A-Za-z_][\w.-]{0,127})[ \t]*\}\}/g;

/** The variables that templates name, each once, in order of appearance. */
export function variablesIn(templates: readonly string[]): string[] {
  const names = new Set<string>();
  for (const template of templates) {
    for (const [, name = ''] of template.matchAll(PLACEHOLDER)) names.add(name);
  }
  return [...names];
}

/**
 * Templates with every `{{variable}}` replaced by its value, literally: no code, no escaping, and values are not looked
 * through again. Throws `invalid_request` that names missing variables (`details.missing`) and given ones that no
 * template uses (`details.unknown`).
 */
export function fillTemplates(
  templates: readonly string[],
  variables: Readonly<Record<string, string>>,
): string[] {
  assertVariables(templates, variables);
  return templates.map((template) =>
    template.replace(PLACEHOLDER, (_, name: string) => variables[name] ?? ''),
  );
}

/** Whether every variable is given and every given one is used. */
export function compareVariables(
  templates: readonly string[],
  variables: Readonly<Record<string, string>>,
): { readonly missing: readonly string[]; readonly unknown: readonly string[] } {
  const wanted = variablesIn(templates);
  const known = new Set(wanted);
  return {
    missing: wanted.filter((name) => !Object.hasOwn(variables, name)),
    unknown: Object.keys(variables).filter((name) => !known.has(name)),
  };
}

function assertVariables(
  templates: readonly string[],
  variables: Readonly<Record<string, string>>,
): void {
  const { missing, unknown } = compareVariables(templates, variables);
  if (missing.length === 0 && unknown.length === 0) return;
  const parts = [
    ...(missing.length === 0 ? [] : [`variables are missing: ${missing.join(', ')}`]),
    ...(unknown.length === 0 ? [] : [`the prompt has no variables ${unknown.join(', ')}`]),
  ];
  throw new AppError('invalid_request', `The prompt cannot be rendered: ${parts.join('; ')}.`, {
    details: { missing, unknown },
  });
}
