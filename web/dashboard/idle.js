/** Calls `onIdle()` after 10 minutes without a touch, and `onActive()` at the first one after that. */
export const IDLE_AFTER = 10 * 60 * 1000;
const TOUCHES = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'];

export function watchIdle({ onIdle, onActive, target = globalThis }) {
  let touchedAt = Date.now();
  let isIdle = false;
  let timer = setTimeout(look, IDLE_AFTER);

  function look() {
    const left = touchedAt + IDLE_AFTER - Date.now();
    if (left > 0) {
      timer = setTimeout(look, left);
      return;
    }
    isIdle = true;
    onIdle();
  }

  function touch() {
    touchedAt = Date.now();
    if (!isIdle) return;
    isIdle = false;
    clearTimeout(timer);
    timer = setTimeout(look, IDLE_AFTER);
    onActive();
  }

  for (const name of TOUCHES) target.addEventListener(name, touch, { passive: true, capture: true });
  return { get isIdle() { return isIdle; } };
}
