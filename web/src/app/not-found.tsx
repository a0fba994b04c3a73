import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { Empty } from "@/design/empty";

export function NotFound() {
  return (
    <Empty text="There is no page at this address.">
      <Button component={Link} to="/plans">
        Go to the plans
      </Button>
    </Empty>
  );
}
