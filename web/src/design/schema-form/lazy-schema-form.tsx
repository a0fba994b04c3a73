import { lazy, Suspense } from "react";
import { SkeletonRows } from "../skeleton-rows";

const Loaded = lazy(() => import("./schema-form"));

/** The form, loaded when it is first shown: dates and pickers are a good part of the page's size. */
export function SchemaForm(props: React.ComponentProps<typeof Loaded>) {
  return (
    <Suspense fallback={<SkeletonRows rows={4} what="the form" />}>
      <Loaded {...props} />
    </Suspense>
  );
}
