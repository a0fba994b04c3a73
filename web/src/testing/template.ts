import type { Template } from "@/api/types";
import { aPlan } from "./plan";

/** A template that asks for words and a day, and makes one step of them. */
export const aTemplate: Template = {
  id: "tpl_1",
  name: "Review",
  description: "",
  tags: [],
  version: 2,
  content: {
    plan_name: "Review of {{params.what}}",
    plan_description: "",
    policy: aPlan([]).policy,
    steps: [
      {
        id: "look",
        title: "Look at {{params.what}}",
        description: "",
        action_type: "task.create",
        params: { title: "Look at it" },
        depends_on: [],
        requires_approval: false,
        on_failure: null,
        retry: null,
        timeout_seconds: null,
      },
    ],
    includes: [],
    parameters: [
      { name: "what", type: "text", label: "What", help: "", required: true, default: null, choices: [] },
      { name: "day", type: "date", label: "Day", help: "", required: true, default: "today", choices: [] },
    ],
  },
  retired: null,
  pre_approved: null,
  shares: [],
  may_edit: true,
  may_share: true,
  owner: null,
  created_at: "2026-11-30T09:00:00Z",
  updated_at: "2026-11-30T09:00:00Z",
  figures: { plans: 0, completed: 0, failed: 0, cancelled: 0, last_used: null, success_rate: null, mean_seconds: null },
  last_arguments: { what: "the board", day: "2026-11-01" },
  runs: [],
  revision: 3,
  position: 9,
};
