/**
 * Encrypted thoughts of the Responses API come back with the id of their item, and no other provider's
 * thoughts may. Both travel in one signature through other dialects.
 */
const PREFIX = 'openai-responses:';

export interface OwnSignature {
  readonly itemId: string;
  readonly encrypted: string;
}

export function writeOwnSignature({ itemId, encrypted }: OwnSignature): string {
  return `${PREFIX}${itemId}:${encrypted}`;
}

/** The signature's parts; null for one that another provider made. */
export function readOwnSignature(signature: string | null): OwnSignature | null {
  if (signature === null || !signature.startsWith(PREFIX)) return null;
  const end = signature.indexOf(':', PREFIX.length);
  if (end === -1) return null;
  return { itemId: signature.slice(PREFIX.length, end), encrypted: signature.slice(end + 1) };
}
