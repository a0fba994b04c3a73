import { Button } from "@mantine/core";
import { IconClockHour4 } from "@tabler/icons-react";

/** Opens the time line of a page. */
export function LookBack({ onClick }: { onClick: () => void }) {
  return (
    <Button variant="default" leftSection={<IconClockHour4 size={15} aria-hidden="true" />} onClick={onClick}>
      Look back
    </Button>
  );
}
