import type { IncomingMessage, ServerResponse } from "node:http";
import type { Connect, Plugin } from "vite";
import { answer } from "./routes";
import { seedPlans, seedWorkspace } from "./seed";
import { Store } from "./store";

/** Answers /api/v1 in the dev server, so that the page can be built without a server. Never part of the bundle. */
export function mockServer(): Plugin {
  const store = new Store();
  if (process.env.CAIRN_MOCK_EMPTY !== "1") {
    seedWorkspace(store);
    seedPlans(store);
  }
  const use = ({ middlewares }: { middlewares: Connect.Server }) => {
    middlewares.use((request, response, next) => {
      const url = new URL(request.url ?? "/", "http://mock");
      if (!url.pathname.startsWith("/api/v1/")) {
        next();
        return;
      }
      if (url.pathname === "/api/v1/live") {
        live(store, request, response);
        return;
      }
      void readBody(request).then((body) => {
        const match = request.headers["if-match"];
        const reply = answer(store, request.method ?? "GET", url.pathname, url.searchParams, body, match);
        const kind = reply.status >= 400 ? "application/problem+json" : "application/json";
        response.writeHead(reply.status, { "content-type": kind });
        response.end(JSON.stringify(reply.body));
      });
    });
  };
  return { name: "cairn-mock", configureServer: use, configurePreviewServer: use };
}

function live(store: Store, request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write(`event: snapshot\nid: ${store.position}\ndata: ${JSON.stringify({ position: store.position })}\n\n`);
  const subscriber = (message: { event: string; id: number; data: unknown }) => {
    response.write(`event: ${message.event}\nid: ${message.id}\ndata: ${JSON.stringify(message.data)}\n\n`);
  };
  store.subscribers.add(subscriber);
  request.on("close", () => store.subscribers.delete(subscriber));
}

async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}
