// Before the first paint: the theme this browser chose, so that nothing flashes. The rest is settings-store.ts.
(() => {
  let theme = null;
  try {
    theme = window.localStorage.getItem('lqo.theme');
  } catch {
    // Storage is forbidden: the system's theme it is.
  }
  const dark = window.matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme =
    theme === 'light' || theme === 'dark' ? theme : dark ? 'dark' : 'light';
})();
