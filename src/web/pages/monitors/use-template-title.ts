import { useMessages, useTranslations } from 'use-intl';
import type { MonitorTemplates } from '../../../contract/monitors.ts';

type Template = MonitorTemplates['items'][number];
type TitleKey = keyof ReturnType<typeof useMessages>['monitors']['templates']['titles'];

/** The title of a template in the reader's language; its own name where there is no translation. */
export function useTemplateTitle(): (template: Template) => string {
  const t = useTranslations('monitors.templates.titles');
  const { titles } = useMessages().monitors.templates;
  const isKnown = (id: string): id is TitleKey => Object.hasOwn(titles, id);
  return ({ id, monitor }) => (isKnown(id) ? t(id) : monitor.name);
}
