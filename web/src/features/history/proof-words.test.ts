import { expect, test } from "vitest";
import type { PlanProof } from "@/api/types";
import { proofWords } from "./proof-words";

const proof: PlanProof = {
  status: "verified",
  events: 12,
  revision: 11,
  position: 40,
  signed_revision: 11,
  signed_position: 40,
  checkpoint: null,
  fault: null,
  command: "cairn audit verify-bundle evidence.html",
};

test("a history that is whole and signed for is verified up to its last position", () => {
  expect(proofWords(proof)).toEqual({
    tone: "done",
    claim: "Verified up to position 40",
    detail: "All 12 events are as they were written, and signed for.",
  });
});

test("what nobody signed for yet is said, and how much it is", () => {
  const behind = proofWords({ ...proof, status: "unsigned", signed_revision: 9, signed_position: 31 });
  expect(behind.claim).toBe("Verified up to position 31");
  expect(behind.detail).toBe("All 12 events are as they were written; the last 2 are not signed for yet.");
  const none = proofWords({ ...proof, status: "unsigned", signed_revision: null, signed_position: null });
  expect(none.claim).toBe("Whole, not signed for yet");
  expect(none.detail).toBe("All 12 events are as they were written; none is signed for yet.");
});

test("a broken history says where", () => {
  const broken = proofWords({ ...proof, status: "broken", fault: "stream plan-1, revision 3: the event was changed" });
  expect(broken.tone).toBe("fail");
  expect(broken.detail).toContain("revision 3");
});
