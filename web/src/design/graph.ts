/** What the shape of a plan is read from. */
export type Node = { id: string; depends_on: string[] };

/** The steps that cannot start before `id` has ended, directly or through others, in the list's order. */
export function dependentsOf(steps: Node[], id: string): string[] {
  const reached = new Set([id]);
  let grew = true;
  while (grew) {
    grew = false;
    for (const step of steps) {
      if (!reached.has(step.id) && step.depends_on.some((parent) => reached.has(parent))) {
        reached.add(step.id);
        grew = true;
      }
    }
  }
  return steps.map((step) => step.id).filter((other) => other !== id && reached.has(other));
}

/** The steps that name `id` themselves. */
export function directDependentsOf(steps: Node[], id: string): string[] {
  return steps.filter((step) => step.depends_on.includes(id)).map((step) => step.id);
}

/** The steps `id` waits for, directly or through others. */
export function ancestorsOf(steps: Node[], id: string): Set<string> {
  const byId = new Map(steps.map((step) => [step.id, step]));
  const reached = new Set<string>();
  const open = [...(byId.get(id)?.depends_on ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!reached.has(next)) {
      reached.add(next);
      open.push(...(byId.get(next)?.depends_on ?? []));
    }
  }
  return reached;
}

/**
 * The dependencies without those that follow from others: when c waits for b and b for a, that c also waits for a is
 * true and need not be drawn.
 */
export function withoutImplied(steps: Node[]): Node[] {
  const ancestors = new Map(steps.map((step) => [step.id, ancestorsOf(steps, step.id)]));
  return steps.map(({ id, depends_on }) => ({
    id,
    depends_on: depends_on.filter((parent) => !depends_on.some((other) => ancestors.get(other)?.has(parent))),
  }));
}

/**
 * The circle that would close if `id` depended on `parent`: from `id` through what depends on it to `parent` and back
 * to `id`. `undefined` when there is none.
 */
export function cycleThrough(steps: Node[], id: string, parent: string): string[] | undefined {
  if (id === parent) {
    return [id, id];
  }
  const cameFrom = new Map<string, string>();
  const open = [id];
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    for (const next of directDependentsOf(steps, at)) {
      if (!cameFrom.has(next) && next !== id) {
        cameFrom.set(next, at);
        open.push(next);
      }
    }
  }
  if (!cameFrom.has(parent)) {
    return undefined;
  }
  const path = [id];
  for (let at: string | undefined = parent; at !== undefined && at !== id; at = cameFrom.get(at)) {
    path.splice(1, 0, at);
  }
  return [...path, id];
}
