import { ApiError } from '../api.ts';
import { useSession } from '../data/session.ts';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { Frame } from './frame.tsx';
import { SignIn } from './sign-in.tsx';
import { SplashScreen } from './splash-screen.tsx';

/** Sign-in for strangers, the frame with its pages for everybody else. */
export function Shell() {
  const session = useSession();
  const isStranger = session.error instanceof ApiError && session.error.status === 401;
  if (isStranger) return <SignIn />;
  if (session.error !== null)
    return (
      <main className="mx-auto max-w-md p-6">
        <ErrorPanel error={session.error} retry={() => void session.refetch()} />
      </main>
    );
  if (session.data === undefined) return <SplashScreen />;
  if (session.data.authMode === 'required' && session.data.user === null) return <SignIn />;
  return <Frame session={session.data} />;
}
