import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { classNames } from '../ui/class-names.ts';
import { MorePlaces } from './more-places.tsx';
import { PLACES, type Place } from './navigation.ts';
import { OpenAlertsCount } from './open-alerts-count.tsx';

const LINK =
  'flex items-center gap-2.5 rounded-md px-2.5 py-1.5 text-[0.8125rem] hover:bg-hover hover:text-ink max-md:flex-col max-md:gap-0.5 max-md:px-0 max-md:text-2xs max-[400px]:text-[0.625rem]';

function NavLink({ place }: { place: Place }) {
  const t = useTranslations('nav');
  const Icon = place.icon;
  return (
    <li
      className={classNames(
        'min-w-0',
        place.isFirst === true ? 'max-md:grow max-md:basis-0' : 'max-md:hidden',
      )}
    >
      <Link
        to={place.to}
        activeOptions={{ exact: place.to === '/', includeSearch: false }}
        activeProps={{ className: 'bg-hover text-ink font-medium', 'aria-current': 'page' }}
        inactiveProps={{ className: 'text-muted' }}
        className={LINK}
      >
        <Icon aria-hidden="true" className="size-4 shrink-0" />
        <span className="max-w-full truncate">{t(place.name)}</span>
        {place.name === 'alerts' && <OpenAlertsCount />}
      </Link>
    </li>
  );
}

/** The pages: a column at the side, a bar at the bottom of narrow screens. */
export function Nav() {
  const t = useTranslations('nav');
  return (
    <nav
      aria-label={t('label')}
      className="z-20 border-line bg-page max-md:fixed max-md:inset-x-0 max-md:bottom-0 max-md:border-t max-md:bg-surface max-md:p-1 md:sticky md:top-0 md:h-dvh md:w-56 md:shrink-0 md:border-e md:p-3"
    >
      <div className="mb-4 flex items-center gap-2 px-1 pt-1 max-md:hidden">
        <Logo />
        <span className="truncate text-[0.8125rem] font-semibold">LLM Quality Observer</span>
      </div>
      <ul className="flex gap-0.5 md:flex-col">
        {PLACES.map((place) => (
          <NavLink key={place.to} place={place} />
        ))}
        <MorePlaces className={LINK} />
      </ul>
    </nav>
  );
}

export function Logo() {
  return (
    <svg viewBox="0 0 32 32" className="size-6 shrink-0" aria-hidden="true">
      <rect width="32" height="32" rx="8" className="fill-accent-fill" />
      <path
        d="M7 19.5h4l3-9 4.5 13 3-8.5H25"
        className="fill-none stroke-on-accent"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
