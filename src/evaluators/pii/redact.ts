import { type MaskedText, maskText, maskWithPlaces } from '../mask-text.ts';
import { findSecrets } from '../secrets/find-secrets.ts';
import { findPersonalData } from './find-personal-data.ts';

/** What a cut may have left of an address, a number or a key at the end of a text. */
const CUT_OFF =
  /(?:[^\s@]{1,64}@[^\s@]{0,64}|[^\s\d]{0,40}\d(?:[ .()/-]{0,2}[\dA-Z]){2,40}[ .()/-]{0,2}|[A-Za-z0-9_+/=-]{16,})$/;
const LONGEST_REST = 100;

/**
 * The text with personal data and secrets replaced by their kinds. With `isCut`, what may be the beginning of a
 * value at the very end becomes `[cut]`. What has no form (names) stays, see the header of the detector.
 */
export function redactText(text: string, { isCut = false } = {}): string {
  const cut = isCut ? CUT_OFF.exec(text.slice(-LONGEST_REST)) : null;
  const whole = cut === null ? text : text.slice(0, text.length - cut[0].length);
  const hidden = maskText(whole, [...findPersonalData(whole), ...findSecrets(whole)]);
  return cut === null ? hidden : `${hidden}[cut]`;
}

/** Hides like `redactText`, and tells where the places of the original went. */
export function redactWithPlaces(text: string): MaskedText {
  return maskWithPlaces(text, [...findPersonalData(text), ...findSecrets(text)]);
}
