import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { ProxyOptions } from "vite";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the API; CAIRN_API names another place. */
const server = process.env.CAIRN_API ?? "http://127.0.0.1:7400";

/** The server takes writes from its own page only; behind this proxy, this page is its own. */
const proxied: ProxyOptions = {
  target: server,
  changeOrigin: true,
  configure: (proxy) => proxy.on("proxyReq", (request) => request.setHeader("origin", server)),
};

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": proxied, "/openapi.json": proxied, "/docs": proxied, "/errors": proxied },
  },
  build: {
    target: "es2022",
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // What every page shares comes in a few files, not in one per icon and part.
        codeSplitting: {
          groups: [
            { name: "icons", test: /@tabler[\\/]icons-react/ },
            { name: "parts", test: /src[\\/](api|design)[\\/][^\\/]+$/, minShareCount: 3 },
          ],
        },
      },
    },
  },
  test: {
    projects: [
      { extends: true, test: { name: "logic", environment: "node", include: ["src/**/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "page",
          environment: "happy-dom",
          include: ["src/**/*.test.tsx"],
          setupFiles: ["src/testing/setup.ts"],
        },
      },
    ],
  },
});
