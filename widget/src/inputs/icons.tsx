/** Line icons of the controls and of what most conversations never show. */

import { Icon as Drawn, type IconName, PATHS } from "../icons.tsx";

const MORE = {
  ...PATHS,
  forward: "M9 6l6 6-6 6",
  minus: "M6 12h12",
  plus: "M6 12h12M12 6v12",
  search: "M11 5a6 6 0 1 1 0 12 6 6 0 0 1 0-12M15.5 15.5L20 20",
  file: "M13 3.5H7a1.5 1.5 0 0 0-1.5 1.5v14A1.5 1.5 0 0 0 7 20.5h10a1.5 1.5 0 0 0 1.5-1.5V9zM13 3.5V9h5.5",
  upload: "M12 16V5M7 9.5L12 4.5l5 5M5 15.5V18a1.5 1.5 0 0 0 1.5 1.5h11A1.5 1.5 0 0 0 19 18v-2.5",
  face: "M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18M9 9.5v.01M15 9.5v.01",
  star: "M12 3.8l2.55 5.17 5.7.83-4.12 4.02.97 5.68L12 16.82 6.9 19.5l.97-5.68L3.75 9.8l5.7-.83z",
};

export const Icon = ({ name, mouth = "" }: { name: keyof typeof MORE; mouth?: string }) => <Drawn name={name as IconName} path={MORE[name] + mouth} />;
