import type { PlanProof } from "@/api/types";

/** How a proof is told: its tone, the claim, and what goes with it. */
export type ProofWords = { tone: "done" | "neutral" | "fail"; claim: string; detail: string };

/** Puts a proof into words that say no more than was found. */
export function proofWords(proof: PlanProof): ProofWords {
  switch (proof.status) {
    case "verified":
      return {
        tone: "done",
        claim: `Verified up to position ${proof.position}`,
        detail: `All ${count(proof.events)} are as they were written, and signed for.`,
      };
    case "unsigned": {
      const signed = proof.signed_position;
      return {
        tone: "neutral",
        claim: signed == null ? "Whole, not signed for yet" : `Verified up to position ${signed}`,
        detail: `All ${count(proof.events)} are as they were written; ${unsigned(proof)} signed for yet.`,
      };
    }
    case "broken":
      return {
        tone: "fail",
        claim: "This history was tampered with",
        detail: proof.fault ?? "It is not as it was written.",
      };
  }
}

function count(events: number): string {
  return events === 1 ? "1 event" : `${events} events`;
}

/** How many events are not signed for, as the beginning of a sentence that ends with "signed for yet". */
function unsigned(proof: PlanProof): string {
  if (proof.signed_revision == null) {
    return "none is";
  }
  const left = proof.revision - proof.signed_revision;
  return left === 1 ? "the last one is not" : `the last ${left} are not`;
}
