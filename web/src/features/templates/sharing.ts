import type { TemplateShare } from "@/api/types";

/** What is wrong with a share, seen beside those before it. */
export function shareProblem(share: TemplateShare, before: TemplateShare[]): string | undefined {
  const id = (share.id ?? "").trim();
  if (share.kind !== "tenant" && id === "") {
    return share.kind === "role" ? "Name the role" : "Name the person";
  }
  if ([...id].length > 128) {
    return "This is too long: at most 128 characters";
  }
  const same = (other: TemplateShare) =>
    other.kind === share.kind && (share.kind === "tenant" || (other.id ?? "").trim() === id);
  return before.some(same) ? "This is named above already" : undefined;
}

/** With whom a template is shared, in a few words. */
export function sharedWords(shares: TemplateShare[]): string {
  if (shares.length === 0) {
    return "nobody else sees it";
  }
  const everybody = shares.find(({ kind }) => kind === "tenant");
  const others = shares
    .filter(({ kind }) => kind !== "tenant")
    .map(({ kind, id, right }) => {
      const who = kind === "role" ? `everybody who is ${id}` : (id ?? "");
      return `${who} may ${right} it`;
    });
  const all = everybody ? [`everybody may ${everybody.right} it`] : [];
  return [...all, ...others].join(", ");
}
