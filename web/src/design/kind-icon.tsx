import {
  type Icon,
  IconBell,
  IconBulb,
  IconCalendarEvent,
  IconCircleDashed,
  IconClockPause,
  IconFlag,
  IconFolder,
  IconHandStop,
  IconLink,
  IconNote,
  IconSend,
  IconSquareCheck,
  IconUser,
  IconWorld,
} from "@tabler/icons-react";

const icons: Record<string, Icon> = {
  project: IconFolder,
  milestone: IconFlag,
  task: IconSquareCheck,
  person: IconUser,
  link: IconLink,
  reminder: IconBell,
  idea: IconBulb,
  note: IconNote,
  calendar: IconCalendarEvent,
  calendar_entry: IconCalendarEvent,
  message: IconSend,
  http: IconWorld,
  manual: IconHandStop,
  wait: IconClockPause,
};

/** The sign of an action (`project.create`) or of a kind of thing (`project`): both have the same one. */
export function KindIcon({ name, size = 16 }: { name: string; size?: number }) {
  const Sign = icons[name] ?? icons[name.split(".")[0] ?? ""] ?? IconCircleDashed;
  return <Sign size={size} stroke={1.6} aria-hidden="true" style={{ flex: "none" }} />;
}
