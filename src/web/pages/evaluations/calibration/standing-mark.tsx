import { Link } from '@tanstack/react-router';
import { useCalibration } from '../../../data/calibration.ts';
import { StandingBadge } from './standing-badge.tsx';

/** Beside a score: what people's labels say of who gave it; nothing where there are none. */
export function StandingMark({ name, evaluator }: { name: string; evaluator: string }) {
  const { data } = useCalibration();
  const found = data?.items.find((item) => item.name === name && item.evaluator === evaluator);
  if (data === undefined || found === undefined) return null;
  return (
    <Link to="/evaluations/$tab" params={{ tab: 'calibration' }} className="mt-1 inline-block">
      <StandingBadge standing={found.standing} n={found.n} bar={data.bar} />
    </Link>
  );
}
