import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "@/api/problem";

/** The cache of what the server said. The live stream says when to read again, so nothing is polled. */
export const queries = new QueryClient({
  defaultOptions: {
    // The server may be on this very machine: whether there is a network says nothing about it.
    mutations: { networkMode: "always" },
    queries: {
      networkMode: "always",
      staleTime: 30_000,
      retry: (failures, thrown) => {
        const refused = thrown instanceof ApiProblem && thrown.status >= 400 && thrown.status < 500;
        return !refused && failures < 2;
      },
    },
  },
});
