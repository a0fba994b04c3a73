import { useDisclosure } from "@mantine/hooks";
import { Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { useLiveUpdates } from "@/api/use-live";
import { LiveRegion } from "@/design/live-region";
import { Nav } from "./nav";
import css from "./shell.module.css";
import { TopBar } from "./top-bar";
import { useShortcuts } from "./use-shortcuts";

// Wanted only when they are asked for, so they are fetched after the page.
const Palette = lazy(() => import("./palette"));
const KeysDialog = lazy(() => import("./keys-dialog"));

/** What stays while pages change: the navigation, the palette, the keys, the live stream. */
export function Shell() {
  const [keysShown, keys] = useDisclosure(false);
  const [navShown, nav] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  useLiveUpdates();
  useShortcuts({ onKeys: keys.open });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the drawer
  useEffect(nav.close, [path]);

  return (
    <div className={css.shell}>
      <a className={css.skip} href="#main">
        Skip to the content
      </a>
      <TopBar onMenu={nav.open} />
      <Nav opened={navShown} onClose={nav.close} onKeys={keys.open} />
      <main id="main" className={css.main} tabIndex={-1}>
        <Outlet />
      </main>
      <LiveRegion />
      <Suspense>
        <Palette onKeys={keys.open} />
        <KeysDialog opened={keysShown} onClose={keys.close} />
      </Suspense>
    </div>
  );
}
