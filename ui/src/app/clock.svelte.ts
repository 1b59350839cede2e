// The present moment, for times that are shown relative to it. One timer for the whole window; it stands still while the window is hidden.

const STEP_MS = 15_000;

export class Clock {
  now = $state(new Date());

  run(): () => void {
    const tick = (): void => {
      if (!document.hidden) this.now = new Date();
    };
    const timer = setInterval(tick, STEP_MS);
    document.addEventListener("visibilitychange", tick);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", tick);
    };
  }
}
