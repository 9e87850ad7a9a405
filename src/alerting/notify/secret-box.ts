/** Keeps secret options of channels: sealed with the key of the installation, bound to their channel. */
export interface SecretBox {
  seal(channelId: string, text: string): Promise<string>;
  /** Null when another key sealed it, it was changed, or it belongs to another channel. */
  open(channelId: string, sealed: string): Promise<string | null>;
}

/** Secret options of a channel; null when they do not open. */
export async function openSecrets(
  box: SecretBox,
  of: { readonly id: string; readonly secrets: string | null },
): Promise<Record<string, unknown> | null> {
  if (of.secrets === null) return {};
  const text = await box.open(of.id, of.secrets);
  if (text === null) return null;
  const parsed: unknown = JSON.parse(text);
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : null;
}

/** Secret options as they are stored; null without any. */
export async function sealSecrets(
  box: SecretBox,
  id: string,
  secrets: Readonly<Record<string, unknown>>,
): Promise<string | null> {
  return Object.keys(secrets).length === 0 ? null : await box.seal(id, JSON.stringify(secrets));
}

/** What is said of a channel whose secrets do not open. */
export const SEALED_ELSEWHERE =
  'Its secrets were sealed with another key: give every process the same LQO_SECRET_KEY, or enter them again.';
