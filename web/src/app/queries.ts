import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "@/api/problem";

/** The cache of what the server said. The live stream says when to read again, so nothing is polled. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      retry: (failures, thrown) => {
        const refused = thrown instanceof ApiProblem && thrown.status >= 400 && thrown.status < 500;
        return !refused && failures < 2;
      },
    },
  },
});
