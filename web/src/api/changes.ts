/** What one live message says: something at `position` touched a plan or a thing. */
export type LiveChange = {
  position: number;
  stream: string;
  type: string;
  plan_id?: string | null;
  step_id?: string | null;
  entity_id?: string | null;
  at: string;
  revision: number;
};

/** What a burst of changes touched, each once. */
export type Touched = {
  position: number;
  plans: Set<string>;
  entities: Set<string>;
  templates: Set<string>;
  /** What happened is not known one by one: everything has to be read again, and positions seen before mean nothing. */
  anew: boolean;
};

export function nothingTouched(): Touched {
  return { position: 0, plans: new Set(), entities: new Set(), templates: new Set(), anew: false };
}

/** Puts two bursts together, the later one second. */
export function together(first: Touched, then: Touched): Touched {
  return {
    position: then.anew ? then.position : Math.max(first.position, then.position),
    plans: new Set([...first.plans, ...then.plans]),
    entities: new Set([...first.entities, ...then.entities]),
    templates: new Set([...first.templates, ...then.templates]),
    anew: first.anew || then.anew,
  };
}

/** Adds one change to what is touched already. */
export function touch(touched: Touched, change: LiveChange): Touched {
  touched.position = Math.max(touched.position, change.position);
  if (change.plan_id) {
    touched.plans.add(change.plan_id);
  }
  if (change.entity_id) {
    touched.entities.add(change.entity_id);
  }
  if (change.stream.startsWith("template-") || change.stream.startsWith("schedule-")) {
    touched.templates.add(change.stream);
  }
  return touched;
}

/** Reads a message's data; anything that is not a change is `undefined`. */
export function parseChange(data: string): LiveChange | undefined {
  try {
    const parsed: unknown = JSON.parse(data);
    const isChange = typeof parsed === "object" && parsed !== null && "position" in parsed && "type" in parsed;
    return isChange ? (parsed as LiveChange) : undefined;
  } catch {
    return undefined;
  }
}
