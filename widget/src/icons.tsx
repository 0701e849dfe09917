/** Line icons on a 24 px grid: those that most conversations show. The others are in inputs/. */

export const PATHS = {
  close: "M6 6l12 12M18 6L6 18",
  down: "M6 9l6 6 6-6",
  back: "M15 6l-6 6 6 6",
  dots: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  send: "M12 19V5M5.5 11.5L12 5l6.5 6.5",
  clip: "M20 11.5l-8.2 8.2a5 5 0 0 1-7.1-7.1l8.6-8.6a3.3 3.3 0 0 1 4.7 4.7l-8.5 8.5a1.65 1.65 0 0 1-2.35-2.35L15 7",
  check: "M5 12.5l4.5 4.5L19 7.5",
  pen: "M14.5 5.5l4 4L8.5 19.5H4.5v-4zM12 8l4 4",
  clock: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16M12 8v4.5l3 2",
  alert: "M12 4a8 8 0 1 1 0 16 8 8 0 0 1 0-16M12 8v5M12 16v.01",
  away: "M4 4l16 16M8.5 12.8a5 5 0 0 1 6 .3M5 9.5a10 10 0 0 1 4-2.5M12.5 6a10 10 0 0 1 6.5 3.5M12 17.5v.01",
  save: "M12 4v11M7 10.5l5 5 5-5M5 19.5h14",
  anew: "M5 12a7 7 0 1 0 2.3-5.2M7 3.5v3.7h3.7",
};

export type IconName = keyof typeof PATHS;

export const Icon = ({ name, path }: { name: IconName; path?: string }) => (
  <svg class={`icon i-${name}`} viewBox="0 0 24 24" aria-hidden="true">
    <path d={path ?? PATHS[name]} />
  </svg>
);
