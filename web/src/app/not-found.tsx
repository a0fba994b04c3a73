import { ButtonLink } from "@/design/button-link";
import { Empty } from "@/design/empty";

export function NotFound() {
  return (
    <Empty text="There is no page at this address.">
      <ButtonLink to="/plans">Go to the plans</ButtonLink>
    </Empty>
  );
}
