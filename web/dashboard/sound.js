/** Two soft notes, made here. Browsers allow a sound only after somebody touched the page. */
const NOTES = [[659.3, 0], [880, 0.13]];

export function openSound({ Context = globalThis.AudioContext ?? globalThis.webkitAudioContext, target = globalThis } = {}) {
  let context;
  const wake = () => {
    if (!Context) return;
    context ??= new Context();
    if (context.state === 'suspended') context.resume().catch(() => {});
  };
  for (const name of ['pointerdown', 'keydown']) target.addEventListener(name, wake, { capture: true, passive: true });

  return {
    /** Whether it could be heard now. */
    get isAllowed() {
      return context?.state === 'running';
    },
    wake,
    play() {
      if (!context) return;
      for (const [frequency, delay] of NOTES) {
        const at = context.currentTime + delay;
        const tone = context.createOscillator();
        const loudness = context.createGain();
        tone.frequency.value = frequency;
        loudness.gain.setValueAtTime(0, at);
        loudness.gain.linearRampToValueAtTime(0.16, at + 0.015);
        loudness.gain.exponentialRampToValueAtTime(0.001, at + 0.5);
        tone.connect(loudness).connect(context.destination);
        tone.start(at);
        tone.stop(at + 0.55);
      }
    },
  };
}
