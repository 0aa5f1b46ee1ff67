// A short tone for a message that nobody is looking at. Before the first click browsers keep it silent.

let context: AudioContext | undefined;

export function chime() {
  try {
    context ??= new AudioContext();
    if (context.state !== 'running') return;
    const at = context.currentTime;
    for (const [n, frequency] of [660, 880].entries()) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0, at + n * 0.12);
      volume.gain.linearRampToValueAtTime(0.08, at + n * 0.12 + 0.02);
      volume.gain.exponentialRampToValueAtTime(0.0001, at + n * 0.12 + 0.25);
      tone.connect(volume).connect(context.destination);
      tone.start(at + n * 0.12);
      tone.stop(at + n * 0.12 + 0.3);
    }
  } catch {
    /* a browser without sound */
  }
}

addEventListener(
  'pointerdown',
  () => {
    context ??= new AudioContext();
    void context.resume();
  },
  { once: true },
);
