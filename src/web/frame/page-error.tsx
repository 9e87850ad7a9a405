import { useRouter } from '@tanstack/react-router';
import { ErrorPanel } from '../ui/error-panel.tsx';

/** What a page that could not be drawn shows instead of itself. */
export function PageError({ error }: { error: unknown }) {
  const router = useRouter();
  return (
    <ErrorPanel
      error={error instanceof Error ? error : new Error(String(error))}
      retry={() => void router.invalidate()}
    />
  );
}
