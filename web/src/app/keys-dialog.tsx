import { Modal } from "@mantine/core";
import { KeyList } from "@/design/key-list";

export default function KeysDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keys" closeButtonProps={{ "aria-label": "Close" }}>
      <KeyList />
    </Modal>
  );
}
