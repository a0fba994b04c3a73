import { expect, test } from "vitest";
import { sharedWords, shareProblem } from "./sharing";

test("a share names somebody, and each only once", () => {
  const kim = { kind: "person", id: "kim", right: "use" } as const;
  expect(shareProblem(kim, [])).toBeUndefined();
  expect(shareProblem({ ...kim, id: " " }, [])).toBe("Name the person");
  expect(shareProblem({ kind: "role", id: "", right: "use" }, [])).toBe("Name the role");
  expect(shareProblem({ ...kim, right: "edit", id: "kim " }, [kim])).toBe("This is named above already");
  expect(shareProblem({ kind: "tenant", right: "edit" }, [{ kind: "tenant", right: "use" }])).toContain("above");
  expect(shareProblem({ kind: "role", id: "kim", right: "use" }, [kim])).toBeUndefined();
  expect(shareProblem({ ...kim, id: "x".repeat(129) }, [])).toContain("too long");
});

test("who it is shared with reads as a sentence", () => {
  expect(sharedWords([])).toBe("nobody else sees it");
  expect(
    sharedWords([
      { kind: "person", id: "kim", right: "edit" },
      { kind: "tenant", right: "use" },
      { kind: "role", id: "planners", right: "use" },
    ]),
  ).toBe("everybody may use it, kim may edit it, everybody who is planners may use it");
});
