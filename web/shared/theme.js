/**
 * Applies the theme somebody chose, before anything is drawn: that is why it is no module. In all tabs at once.
 * Without a choice, or where the browser keeps nothing, the system's counts.
 */
{
  const apply = (theme) => {
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
    else delete document.documentElement.dataset.theme;
  };
  try {
    apply(localStorage.getItem('martlet.theme'));
  } catch {
    // The system's then.
  }
  addEventListener('storage', ({ key, newValue }) => key === 'martlet.theme' && apply(newValue));
  addEventListener('martlet-theme', ({ detail }) => apply(detail));
}
