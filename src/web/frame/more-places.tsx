import { Menu } from '@base-ui/react/menu';
import { useLocation, useNavigate } from '@tanstack/react-router';
import { Ellipsis } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { classNames } from '../ui/class-names.ts';
import { PLACES } from './navigation.ts';
import { OpenAlertsCount } from './open-alerts-count.tsx';

const OTHERS = PLACES.filter(({ isFirst }) => isFirst !== true);

/** On narrow screens: the pages that have no place of their own in the bar. */
export function MorePlaces({ className }: { className: string }) {
  const t = useTranslations('nav');
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const isHere = OTHERS.some(({ to }) => pathname.startsWith(to));
  return (
    <li className="min-w-0 grow basis-0 md:hidden">
      <Menu.Root modal={false}>
        <Menu.Trigger
          className={classNames(
            className,
            'w-full',
            isHere ? 'bg-hover font-medium text-ink' : 'text-muted',
          )}
        >
          <Ellipsis aria-hidden="true" className="size-4 shrink-0" />
          <span className="max-w-full truncate">{t('more')}</span>
        </Menu.Trigger>
        <Menu.Portal>
          <Menu.Positioner side="top" align="end" sideOffset={6} className="z-40">
            <Menu.Popup
              aria-label={t('more')}
              className="min-w-44 rounded-lg bg-surface p-1 shadow-pop outline-none"
            >
              {OTHERS.map(({ to, name, icon: Icon }) => (
                <Menu.Item
                  key={to}
                  onClick={() => void navigate({ to })}
                  className={classNames(
                    'flex h-10 cursor-pointer items-center gap-2.5 rounded-md px-2.5 text-[0.8125rem] outline-none data-highlighted:bg-hover',
                    pathname.startsWith(to) && 'font-medium text-accent',
                  )}
                >
                  <Icon aria-hidden="true" className="size-4" />
                  {t(name)}
                  {name === 'alerts' && <OpenAlertsCount />}
                </Menu.Item>
              ))}
            </Menu.Popup>
          </Menu.Positioner>
        </Menu.Portal>
      </Menu.Root>
    </li>
  );
}
