import type { Rubric, RubricContent, RubricScale } from '../../../../contract/judges.ts';

const LEVELS: Readonly<Record<RubricScale, number>> = { binary: 2, three: 3, five: 5 };

/** A rubric while it is written; texts may still be empty. */
export interface Draft {
  readonly name: string;
  readonly content: RubricContent;
}

function criterion(name: string, scale: RubricScale): RubricContent['criteria'][number] {
  return { name, question: '', levels: Array.from({ length: LEVELS[scale] }, () => '') };
}

/** An empty rubric, or what another says: a copy under another name where that one comes with the program. */
export function draftFrom(rubric: Rubric | null): Draft {
  if (rubric !== null) {
    return {
      name: rubric.builtIn ? `${rubric.name}-own` : rubric.name,
      content: rubric.content,
    };
  }
  return {
    name: '',
    content: {
      title: '',
      description: '',
      method: 'answer',
      criteria: [criterion('', 'binary')],
      scale: 'binary',
      rules: [],
      examples: [],
      needs: [],
      whenEmpty: 'worst',
      whenRefused: 'ask',
      model: null,
      temperature: 0,
      maxOutputTokens: 1_500,
      weighLevels: false,
    },
  };
}

/** The content with another scale: levels that fit stay, and examples are left out, whose verdicts would not fit. */
export function withScale(content: RubricContent, scale: RubricScale): RubricContent {
  const criteria = content.criteria.map((one) => ({
    ...one,
    levels: Array.from({ length: LEVELS[scale] }, (_, at) => one.levels[at] ?? ''),
  }));
  return { ...content, scale, criteria, examples: [] };
}

export function withCriterion(content: RubricContent): RubricContent {
  const criteria = [...content.criteria, criterion('', content.scale)];
  return { ...content, criteria, examples: [] };
}

/** Whether everything that has to be said is said. */
export function isComplete({ name, content }: Draft): boolean {
  const said = [
    name,
    content.title,
    ...content.criteria.flatMap((one) => [one.name, one.question, ...one.levels]),
    ...content.examples.map(({ answer }) => answer),
  ];
  return said.every((text) => text.trim() !== '');
}

/** The lowest verdict of a scale. */
export function lowestOf(scale: RubricScale): number {
  return scale === 'five' ? 1 : 0;
}
