import { lazy, Suspense } from "react";
import { SkeletonRows } from "../skeleton-rows";

const load = () => import("./schema-form");
const Loaded = lazy(load);

/** Fetches the form ahead of its first use. */
export function fetchSchemaForm(): void {
  void load();
}

/** The form, loaded when it is first shown: dates and pickers are a good part of the page's size. */
export function SchemaForm(props: React.ComponentProps<typeof Loaded>) {
  return (
    <Suspense fallback={<SkeletonRows rows={4} what="the form" />}>
      <Loaded {...props} />
    </Suspense>
  );
}
