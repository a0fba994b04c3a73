import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render } from "@testing-library/react";
import { vi } from "vitest";
import { cssVariables, theme } from "@/design/theme";

/** Renders a part of the page with what every part stands in. */
export function show(part: React.ReactNode) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: "always" } } });
  return render(
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} env="test">
      <QueryClientProvider client={queries}>{part}</QueryClientProvider>
    </MantineProvider>,
  );
}

export type Sent = { method: string; path: string; body: unknown; headers: Headers };

/** Answers in the server's place, by path; gives what was sent. A path that is not listed is answered with 404. */
export function answering(answers: Record<string, unknown>): Sent[] {
  const sent: Sent[] = [];
  const answer = async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname;
    const text = request.method === "GET" ? "" : await request.clone().text();
    const body: unknown = text === "" ? undefined : JSON.parse(text);
    sent.push({ method: request.method, path, body, headers: request.headers });
    const known = answers[path];
    const missing = { type: "t", code: "not-found", title: "Not found", status: 404 };
    return new Response(JSON.stringify(known ?? missing), {
      status: known === undefined ? 404 : 200,
      headers: { "content-type": known === undefined ? "application/problem+json" : "application/json" },
    });
  };
  vi.stubGlobal("fetch", answer);
  return sent;
}
