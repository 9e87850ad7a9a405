import type { Unit } from './scan-units.ts';

const NEGATORS = new Set(
  'not no never none nobody nothing neither nor without fail refus unabl deni lack impossibl avoid reject hardli'.split(
    ' ',
  ),
);
const NEGATING_GRAM = /[不没沒未无無非勿]|ない|なか|せん|않|없|못|아니|아닙/u;

/** Whether a unit says that something is not so; for scripts without spaces by parts of words, which is rough. */
export function isNegator(unit: Unit | undefined): boolean {
  if (unit === undefined) return false;
  return unit.kind === 'gram' ? NEGATING_GRAM.test(unit.key) : NEGATORS.has(unit.key);
}
