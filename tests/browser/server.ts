// Starts the real binary for one test, on a folder that goes away with it.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test as base } from "@playwright/test";

const binary = process.env.CAIRN_BIN ?? join(__dirname, "../../target/debug/cairn");
const providersBinary = join(__dirname, "../../target/debug/examples/providers");

/** What the machine may say about planners; tests say it themselves. */
const PLANNERS = /^(ANTHROPIC|OPENAI)_|^CAIRN_PLANNER/;
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !PLANNERS.test(name)));

export class Server {
  url = "";
  private child?: ChildProcess;
  private readonly folder = mkdtempSync(join(tmpdir(), "cairn-"));

  /** Starts the process and reads its address from the first line. */
  async start(variables: Record<string, string> = {}): Promise<void> {
    const args = ["serve", "--listen", "127.0.0.1:0", "--data-dir", this.folder];
    const env = { ...environment, CAIRN_LOG: "warn", ...variables };
    const child = spawn(binary, args, { stdio: ["ignore", "pipe", "inherit"], env });
    this.child = child;
    this.url = (await firstLines(child, 1))[0].replace("listening on ", "");
  }

  /** Writes one event of each kind that cannot be read to the streams of plans; the server has to be stopped. */
  poison(plans: string[]): void {
    execFileSync(join(__dirname, "../../target/debug/examples/poison"), [this.folder, ...plans]);
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

/** Speaks the languages of model providers; the first part of the path says how it behaves (`tests/providers`). */
export class Providers {
  private child?: ChildProcess;
  private url = "";
  private key = "";

  async start(): Promise<void> {
    this.child = spawn(providersBinary, { stdio: ["ignore", "pipe", "inherit"] });
    const [url, key] = await firstLines(this.child, 2);
    this.url = url.replace("listening on ", "");
    this.key = key.replace("key ", "");
  }

  /** The variables that make a server ask this provider. */
  variables(planner: "anthropic" | "openai", behaviour: string): Record<string, string> {
    return planner === "anthropic"
      ? { ANTHROPIC_BASE_URL: `${this.url}/${behaviour}`, ANTHROPIC_API_KEY: this.key }
      : { OPENAI_BASE_URL: `${this.url}/${behaviour}/v1`, OPENAI_API_KEY: this.key };
  }

  stop(): void {
    this.child?.kill();
  }
}

/** Reads the first lines that a process says. */
async function firstLines(child: ChildProcess, count: number): Promise<string[]> {
  if (!child.stdout) throw new Error("stdout is not piped");
  const lines = createInterface({ input: child.stdout });
  const read: string[] = [];
  return await new Promise((found, failed) => {
    lines.on("line", (line) => {
      read.push(line.trim());
      if (read.length === count) found(read);
    });
    child.once("exit", (code) => failed(new Error(`the process ended with ${code} before it was ready`)));
  });
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
