import { defineConfig, mergeConfig } from "vite";
import { mockServer } from "./src/testing/mock/plugin";
import base from "./vite.config";

/** `npm run dev:mock`: the page against an API in memory, without a server. Nothing of it is bundled. */
export default mergeConfig({ ...base, server: { host: "127.0.0.1" } }, defineConfig({ plugins: [mockServer()] }));
