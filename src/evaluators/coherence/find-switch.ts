import { countScripts, type Script, type ScriptCounts } from '../text/text-facts.ts';

const SHORTEST_HALF = 40;
/** In one half nearly all letters are of a script that the other half hardly knows. */
const DOMINANT = 0.7;
const FOREIGN = 0.05;
const MIXED = 0.15;

/**
 * The script that a text falls into for good half-way, as models do that lose their thread; null when it does not.
 * Scripts that `allowed` knows are no surprise (the question has them). Han and Kana are one.
 */
export function findSwitch(text: string, allowed: string): Script | null {
  if (text.length < 2 * SHORTEST_HALF) return null;
  const middle = text.length >> 1;
  const first = sharesOf(text.slice(0, middle));
  const second = sharesOf(text.slice(middle));
  const asked = sharesOf(allowed);
  for (const [script, share] of second) {
    const isNew = (first.get(script) ?? 0) < FOREIGN && (asked.get(script) ?? 0) < FOREIGN;
    const was = Math.max(0, ...first.values());
    if (share >= DOMINANT && was >= DOMINANT && isNew) return script;
  }
  return null;
}

/** Whether a second script has a share worth a look. */
export function isMixed(scripts: ScriptCounts): boolean {
  const [, second = 0] = [...shares(scripts).values()].sort((a, b) => b - a);
  return second >= MIXED;
}

function sharesOf(text: string): Map<Script, number> {
  return shares(countScripts(text));
}

function shares({ kana, han, ...others }: ScriptCounts): Map<Script, number> {
  const counts: [Script, number][] = [['han', kana + han]];
  for (const [script, count] of Object.entries(others)) counts.push([script as Script, count]);
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  return new Map(all === 0 ? [] : counts.map(([script, count]) => [script, count / all]));
}
