import { useTranslations } from 'use-intl';

const BUILT_IN = ['quality', 'relevance', 'faithfulness', 'harmlessness', 'bias'] as const;

/** The name of a rubric for people: translated where it comes with the program, else its title. */
export function useRubricName() {
  const t = useTranslations('judges.names');
  return ({ name, title }: { readonly name: string; readonly title: string }): string => {
    const known = BUILT_IN.find((one) => one === name);
    return known === undefined ? title : t(known);
  };
}
