/** What the example chips put into the box. */
export const examples = [
  "Plan a project launch",
  "Follow up with Sarah",
  "Create a project called Harbour with milestones for design and launch",
  "Onboard a new colleague on Monday",
];

/** What is offered for the thing that is open. */
export function examplesFor(kind: string): string[] {
  switch (kind) {
    case "idea":
      return ["Convert this idea to a project", "Remind me of this idea next Monday"];
    case "person":
      return ["Follow up with this person", "Schedule a meeting with this person next week"];
    case "project":
      return ["Plan the launch of this project", "Add milestones to this project"];
    case "task":
      return ["Remind me of this task tomorrow", "Complete this task"];
    default:
      return ["Remind me of this tomorrow"];
  }
}

/** The reader's day, `YYYY-MM-DD`: "tomorrow" is counted from it. */
export function today(now: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
