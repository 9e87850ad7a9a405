import type { z } from 'zod';
import type {
  AuthStyle,
  NewProvider,
  Provider,
  ProviderChange,
  ProviderKind,
  ProviderPreset,
} from '../../../../contract/routing.ts';

/** What the form holds; empty text stands for nothing. */
export interface ProviderDraft {
  readonly kind: ProviderKind;
  readonly title: string;
  readonly name: string;
  readonly baseUrl: string;
  /** Never filled from a stored one. */
  readonly credential: string;
  readonly forgetsCredential: boolean;
  readonly authStyle: AuthStyle;
  readonly apiVersion: string;
  readonly allowLinkLocal: boolean;
  readonly isDefault: boolean;
  readonly enabled: boolean;
}

/** The kind as a name, with a number behind it when another provider has that name. */
export function freeName(kind: string, taken: ReadonlySet<string>): string {
  if (!taken.has(kind)) return kind;
  let next = 2;
  while (taken.has(`${kind}-${next}`)) next += 1;
  return `${kind}-${next}`;
}

/** The form for a new provider of this kind. */
export function draftOfPreset(preset: ProviderPreset, taken: ReadonlySet<string>): ProviderDraft {
  return {
    kind: preset.kind,
    title: preset.title,
    name: freeName(preset.kind, taken),
    baseUrl: preset.baseUrl ?? '',
    credential: '',
    forgetsCredential: false,
    authStyle: preset.authStyle,
    apiVersion: preset.apiVersion ?? '',
    allowLinkLocal: false,
    isDefault: false,
    enabled: true,
  };
}

/** The form for a stored provider. */
export function draftOfProvider(provider: Provider): ProviderDraft {
  return {
    kind: provider.kind === 'demo' ? 'openai-compatible' : provider.kind,
    title: provider.title,
    name: provider.name,
    baseUrl: provider.baseUrl ?? '',
    credential: '',
    forgetsCredential: false,
    authStyle: provider.authStyle,
    apiVersion: provider.apiVersion ?? '',
    allowLinkLocal: provider.allowLinkLocal,
    isDefault: provider.isDefault,
    enabled: provider.enabled,
  };
}

function common(draft: ProviderDraft) {
  const apiVersion = draft.apiVersion.trim();
  return {
    name: draft.name.trim(),
    title: draft.title.trim(),
    baseUrl: draft.baseUrl.trim(),
    authStyle: draft.authStyle,
    apiVersion: apiVersion === '' ? null : apiVersion,
    allowLinkLocal: draft.allowLinkLocal,
    isDefault: draft.isDefault,
    enabled: draft.enabled,
  };
}

/** The draft as a new provider. */
export function newProviderOf(draft: ProviderDraft): z.input<typeof NewProvider> {
  const credential = draft.credential.trim();
  return {
    ...common(draft),
    kind: draft.kind,
    credential: credential === '' ? null : credential,
  };
}

/** The draft as a change; a credential that was not entered stays as it is. */
export function providerChangeOf(draft: ProviderDraft): ProviderChange {
  const credential = draft.credential.trim();
  if (draft.forgetsCredential) return { ...common(draft), credential: null };
  return { ...common(draft), ...(credential === '' ? {} : { credential }) };
}

/** Whether the base URL leads to another server than before, where a stored credential must not follow by itself. */
export function isMoved(draft: ProviderDraft, provider: Provider): boolean {
  const before = URL.parse(provider.baseUrl ?? '');
  const after = URL.parse(draft.baseUrl.trim());
  return before !== null && after !== null && before.origin !== after.origin;
}
