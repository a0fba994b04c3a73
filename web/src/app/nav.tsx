import { Drawer, Tooltip } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { spotlight } from "@mantine/spotlight";
import {
  type Icon,
  IconActivity,
  IconChartBar,
  IconHistory,
  IconKeyboard,
  IconListDetails,
  IconPencilPlus,
  IconSearch,
  IconSettings,
  IconStack2,
  IconTemplate,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { Mark } from "@/design/mark";
import { ConnectionChip } from "./connection-chip";
import css from "./nav.module.css";
import { ThemeSwitch } from "./theme-switch";

const places: {
  to: "/" | "/plans" | "/templates" | "/history" | "/insights" | "/ops" | "/workspace" | "/settings";
  name: string;
  icon: Icon;
}[] = [
  { to: "/", name: "Compose", icon: IconPencilPlus },
  { to: "/plans", name: "Plans", icon: IconListDetails },
  { to: "/templates", name: "Templates", icon: IconTemplate },
  { to: "/workspace", name: "Workspace", icon: IconStack2 },
  { to: "/history", name: "History", icon: IconHistory },
  { to: "/insights", name: "Insights", icon: IconChartBar },
  { to: "/ops", name: "Operations", icon: IconActivity },
  { to: "/settings", name: "Settings", icon: IconSettings },
];

type Props = { opened: boolean; onClose: () => void; onKeys: () => void };

/** The navigation: a column, a rail of icons where it is narrow, a drawer on a phone. */
export function Nav({ opened, onClose, onKeys }: Props) {
  const phone = useMediaQuery("(max-width: 640px)", undefined, { getInitialValueInEffect: false });
  if (phone) {
    return (
      <Drawer opened={opened} onClose={onClose} size={260} title="Cairn" padding="sm">
        <nav aria-label="Main">
          <Places onKeys={onKeys} wide />
        </nav>
      </Drawer>
    );
  }
  return (
    <nav className={css.column} aria-label="Main">
      <Link to="/" className={css.brand} aria-label="Cairn">
        <Mark size={26} />
        <span className={css.name}>Cairn</span>
      </Link>
      <Places onKeys={onKeys} />
    </nav>
  );
}

function Places({ onKeys, wide = false }: { onKeys: () => void; wide?: boolean }) {
  const rail = useMediaQuery("(max-width: 1100px)");
  return (
    <div className={css.places} data-wide={wide || undefined}>
      <button type="button" className={css.search} onClick={spotlight.open}>
        <IconSearch size={16} stroke={1.8} aria-hidden="true" />
        <span className={css.name}>Search</span>
        <span className={`${css.name} ${css.keys}`} aria-hidden="true">
          Ctrl K
        </span>
      </button>
      <ul className={css.list}>
        {places.map(({ to, name, icon: Sign }) => (
          <li key={to}>
            <Tooltip label={name} position="right" disabled={wide || !rail}>
              <Link
                to={to}
                className={css.place}
                activeOptions={{ exact: to === "/", includeSearch: false }}
                aria-label={name}
              >
                <Sign size={18} stroke={1.7} aria-hidden="true" />
                <span className={css.name}>{name}</span>
              </Link>
            </Tooltip>
          </li>
        ))}
      </ul>
      <div className={css.foot}>
        <ConnectionChip />
        <div className={css.tools}>
          <ThemeSwitch />
          <Tooltip label="Keys">
            <button type="button" className={css.tool} onClick={onKeys} aria-label="List the keys">
              <IconKeyboard size={18} stroke={1.7} aria-hidden="true" />
            </button>
          </Tooltip>
        </div>
      </div>
    </div>
  );
}
