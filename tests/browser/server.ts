// Starts the real binary for one test, on a folder that goes away with it.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test as base } from "@playwright/test";

const binary = process.env.CAIRN_BIN ?? join(__dirname, "../../target/debug/cairn");

export class Server {
  url = "";
  private child?: ChildProcess;
  private readonly folder = mkdtempSync(join(tmpdir(), "cairn-"));

  /** Starts the process and reads its address from the first line. */
  async start(): Promise<void> {
    const args = ["serve", "--listen", "127.0.0.1:0", "--data-dir", this.folder];
    const child = spawn(binary, args, {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, CAIRN_LOG: "warn" },
    });
    this.child = child;
    const lines = createInterface({ input: child.stdout });
    this.url = await new Promise((found, failed) => {
      lines.once("line", (line) => found(line.replace("listening on ", "").trim()));
      child.once("exit", (code) => failed(new Error(`the server ended with ${code} before it listened`)));
    });
  }

  /** Ends the process in order and waits for it. */
  async stop(): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((done) => child.once("exit", done));
    child.kill("SIGTERM");
    await ended;
  }

  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Tests that need a server take it as `server`; `page` opens relative to it. */
export const test = base.extend<{ server: Server }>({
  server: async ({}, use) => {
    const server = new Server();
    await server.start();
    await use(server);
    await server.stop();
    server.forget();
  },
});

export { expect } from "@playwright/test";
