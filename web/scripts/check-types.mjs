// Fails when src/api/schema.d.ts is not what openapi.json generates.
import { readFile } from "node:fs/promises";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";

const root = new URL("../", import.meta.url);
const generated = COMMENT_HEADER + astToString(await openapiTS(new URL("openapi.json", root)));
const committed = await readFile(new URL("src/api/schema.d.ts", root), "utf8");

if (generated.trim() !== committed.trim()) {
  console.error("src/api/schema.d.ts is stale: run `npm run types` and commit the result");
  process.exit(1);
}
