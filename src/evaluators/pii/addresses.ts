import type { Finding } from './define-pattern.ts';

interface AddressForm {
  readonly pattern: RegExp;
  /** A cheap question that spares texts without a chance. */
  readonly gate: RegExp;
}

const NAME = String.raw`[A-ZÀ-ÞŁŚŻČŘŠŽ][\p{L}'’.-]{1,30}`;
const UNIT = String.raw`(?:,? (?:Apt|Suite|Ste|Unit|Apartment|Room|Rm|Floor|Fl)\.? ?#?[0-9A-Za-z-]{1,6})?`;
const STREET = String.raw`(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Place|Pl|Square|Sq|Terrace|Terr|Way|Parkway|Pkwy|Circle|Cir|Highway|Hwy|Crescent|Close|Row|Alley|Trail)`;

const FORMS: readonly AddressForm[] = [
  {
    gate: new RegExp(` ${STREET}\\b`),
    pattern: new RegExp(
      String.raw`(?<![\w.,-])\d{1,6}[A-Za-z]?,? (?:[NSEW]{1,2}\.? )?(?:${NAME} |\d{1,3}(?:st|nd|rd|th) ){1,4}${STREET}(?![\p{L}\d])\.?${UNIT}(?:[,\n ]{1,3}${NAME}(?: ${NAME}){0,2}[,\n ]{1,3}(?:[A-Z]{2}[ \n]{1,2})?\d{5}(?:-\d{4})?)?`,
      'gu',
    ),
  },
  {
    gate: /(?:Rue|Via|Calle|Avenida|Avenue|Boulevard|Rua|Piazza|Plaza|Place|Chemin|ul\.|al\.|ulica|Carrer|Paseo|Viale|Corso|Impasse|Allée) /,
    pattern: new RegExp(
      String.raw`(?<![\p{L}\d])(?:\d{1,5},? (?:bis |ter )?)?(?:Rue|Via|Calle|Avenida|Avenue|Boulevard|Rua|Piazza|Plaza|Place|Chemin|ul\.|al\.|ulica|Carrer|Paseo|Viale|Corso|Impasse|Allée) (?:(?:de|du|des|la|le|les|del|della|di|dos|da|do|d'|l') ?){0,3}${NAME}(?: ${NAME}){0,3},? \d{1,5}(?![\p{L}\d])|(?<![\p{L}\d])\d{1,5},? (?:bis |ter )?(?:rue|avenue|boulevard|chemin|place|impasse|allée) (?:(?:de|du|des|la|le|les|d'|l') ?){0,3}${NAME}(?: ${NAME}){0,3}`,
      'gu',
    ),
  },
  {
    gate: /(?:stra(?:ß|ss)e|str\.|weg|gasse|platz|allee|straat|laan|gade|vej|gata|gatan|vägen|katu|utca|útja|u\.|tee|tn|tie) \d/,
    pattern:
      /(?<![\p{L}\d])[A-ZÀ-ÞÁÉÍÓÖŐÚÜŰ][\p{L}-]{1,28}(?:stra(?:ß|ss)e|str\.|weg|gasse|platz|allee|straat|laan|gade|vej|gata|gatan|vägen|katu|tie|[ -]utca|[ -]útja|[ -]u\.|[ -]tee|[ -]tn) \d{1,5}(?: ?[a-zA-Z])?(?![\p{L}\d])/gu,
  },
  {
    gate: /\b(?:P\.? ?O\.? Box|PSC|Unit|CMR) \d/i,
    pattern:
      /\bP\.? ?O\.? Box \d{1,6}\b|\b(?:PSC|Unit|CMR) \d{1,5},? Box \d{1,5}(?:\s{1,2}(?:APO|FPO|DPO) (?:AA|AE|AP) \d{5})?/gi,
  },
  {
    gate: /(?:로|길|동|읍|면|리) ?\d/,
    pattern:
      /(?<![가-힣])(?:[가-힣]{2,7}(?:시|도) ){0,2}(?:[가-힣]{1,6}[시군구] ){1,2}(?:[가-힣]{1,6}[읍면] )?[가-힣0-9]{1,10}(?:로|길|동|리|가)(?:\d{1,4}(?:번길|길|로))? ?\d{1,5}(?:-\d{1,4})?(?:번지|호)?(?:,? ?[가-힣A-Za-z]{0,12} ?\d{1,4}동)?(?:,? ?\d{1,4}호)?/g,
  },
  {
    gate: /(?:[都道府県市区町村郡].{0,24}\d|丁目|番地)/,
    pattern:
      /(?:東京都|北海道|(?:京都|大阪)府|[一-龠]{2,3}県)[一-龠ぁ-んァ-ヶー々]{1,12}[市区町村郡][一-龠ぁ-んァ-ヶー々]{0,12} ?\d{1,4}(?:丁目|番地?|号|-|の|−){1,2}(?:\d{1,4}(?:番地?|号|-|の)?){0,3}(?: ?[一-龠ぁ-んァ-ヶーA-Za-z]{0,12} ?\d{1,4}号室?)?/g,
  },
  {
    gate: /[路街道巷弄村].{0,3}\d{1,5}[号弄號栋]/,
    pattern:
      /(?:(?:北京|上海|天津|重庆|香港|台北|[一-龥]{2,3}(?:省|市))[一-龥]{0,20}?|[一-龥]{2,4})(?:路|街|大道|道|巷|弄|胡同|村)\d{1,5}(?:弄\d{1,4})?[号號弄栋](?:[一-龥A-Za-z0-9-]{0,12}?\d{1,4}(?:室|楼|单元|栋|号)(?:\d{1,4}室?)?)?/g,
  },
];

/** Postal addresses where their form tells: street with number, boxes, East Asian administrative chains. */
export function findAddresses(text: string): Finding[] {
  return FORMS.filter(({ gate }) => gate.test(text)).flatMap(({ pattern }) =>
    [...text.matchAll(pattern)].map((match) => ({
      start: match.index,
      end: match.index + match[0].trimEnd().length,
      kind: 'street_address',
      severity: 'low' as const,
    })),
  );
}
