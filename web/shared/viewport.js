/** Keeps `--viewport` at the height that an on-screen keyboard leaves; iOS does not do so by itself. */
export function followKeyboard() {
  const { visualViewport } = window;
  if (!visualViewport) return;
  const follow = () => {
    document.documentElement.style.setProperty('--viewport', `${Math.round(visualViewport.height)}px`);
    if (visualViewport.scale === 1) window.scrollTo(0, 0);
  };
  visualViewport.addEventListener('resize', follow);
  follow();
}
