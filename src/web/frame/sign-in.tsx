import { type SubmitEvent, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useSignIn } from '../data/session.ts';
import { Button } from '../ui/button.tsx';
import { ErrorPanel } from '../ui/error-panel.tsx';
import { Logo } from './nav.tsx';
import { LanguageMenu, ThemeMenu } from './preference-menus.tsx';

/** For those without a session: how to use the one-time link, or e-mail and password. */
export function SignIn() {
  const t = useTranslations('signIn');
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="flex w-full max-w-sm flex-col gap-4">
        <div className="flex items-center gap-2.5">
          <Logo />
          <span className="grow font-semibold">LLM Quality Observer</span>
          <span className="flex">
            <LanguageMenu />
            <ThemeMenu />
          </span>
        </div>
        <section className="panel flex flex-col gap-2 p-4">
          <h1 className="font-semibold">{t('title')}</h1>
          <p className="text-[0.8125rem]">{t('link')}</p>
          <p className="text-[0.8125rem] text-muted">{t('again')}</p>
        </section>
        <section className="panel p-4">
          <h2 className="mb-3 text-[0.8125rem] font-semibold">{t('password.title')}</h2>
          <PasswordForm />
        </section>
      </div>
    </main>
  );
}

function PasswordForm() {
  const t = useTranslations('signIn.password');
  const id = useId();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signIn = useSignIn();
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    signIn.mutate({ email, password });
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-3 text-[0.8125rem]">
      <label htmlFor={`${id}email`} className="flex flex-col gap-1">
        {t('email')}
        <input
          id={`${id}email`}
          className="field"
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
      </label>
      <label htmlFor={`${id}password`} className="flex flex-col gap-1">
        {t('secret')}
        <input
          id={`${id}password`}
          className="field"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
      </label>
      {signIn.error !== null && <ErrorPanel error={signIn.error} />}
      <Button type="submit" look="primary" disabled={signIn.isPending}>
        {t('submit')}
      </Button>
    </form>
  );
}
