/**
 * A small explicit-state model checker. Processes are ordinary async functions over ordinary code; every effect on the shared
 * world goes through `step`, which waits until the checker lets that process go on. So the checker chooses the interleaving
 * and runs them all, breadth first (a counterexample is a shortest one), replaying a schedule from the beginning to reach a state.
 *
 * A process is a function of what its steps returned. Two schedules that left the same world and the same returns to each
 * process have the same futures, so the second is not followed.
 */
export type Step = <T>(name: string, effect: () => T) => Promise<T>;

export interface Process<World> {
  readonly name: string;
  /** The process begins when this is true; absent: from the start. */
  readonly begins?: (world: World, finished: Finished) => boolean;
  run(world: World, step: Step): Promise<unknown>;
}

/** What each finished process returned, or `{ failed }`. */
export type Finished = Readonly<Record<string, unknown>>;

export interface Model<World> {
  world(): World;
  /** Makes equal what differs by chance (random values), so that equal states are seen to be equal. */
  normal(text: string): string;
  readonly processes: readonly Process<World>[];
  /** A rule that no state may break; returns how it is broken. */
  always?(world: World, finished: Finished): string | undefined;
  /** A rule for states in which every process that began has finished. */
  finally?(world: World, finished: Finished): string | undefined;
}

export interface Outcome {
  readonly states: number;
  readonly ends: number;
  readonly violation?: { readonly rule: string; readonly trace: readonly string[] };
}

export async function explore<World>(model: Model<World>): Promise<Outcome> {
  const seen = new Set<string>();
  let frontier: string[][] = [[]];
  let ends = 0;
  while (frontier.length > 0) {
    const next: string[][] = [];
    for (const schedule of frontier) {
      const run = await replay(model, schedule);
      if (seen.has(run.key)) continue;
      seen.add(run.key);
      const broken = model.always?.(run.world, run.finished) ?? (run.ready.length === 0 ? model.finally?.(run.world, run.finished) : undefined);
      if (broken !== undefined) return { states: seen.size, ends, violation: { rule: broken, trace: run.trace } };
      if (run.ready.length === 0) ends += 1;
      for (const name of run.ready) next.push([...schedule, name]);
    }
    frontier = next;
  }
  return { states: seen.size, ends };
}

async function replay<World>(model: Model<World>, schedule: readonly string[]) {
  const world = model.world();
  const finished: Record<string, unknown> = {};
  const trace: string[] = [];
  const runs = new Map<string, Running>();
  const beginAll = async (): Promise<void> => {
    for (const process of model.processes) {
      if (runs.has(process.name) || process.begins?.(world, finished) === false) continue;
      runs.set(process.name, await begin(process, world, finished));
    }
  };
  await beginAll();
  for (const name of schedule) {
    const running = runs.get(name);
    if (running?.pending === undefined) throw new Error(`${name} has nothing to do: the model is not deterministic`);
    trace.push(`${name}: ${running.pending.name}`);
    await running.go();
    await beginAll();
  }
  const ready = [...runs].filter(([, running]) => running.pending !== undefined).map(([name]) => name);
  // Of a process that has finished nothing matters any more but what it returned.
  const histories = [...runs].map(([name, running]) =>
    name in finished ? `${name}:${JSON.stringify(finished[name])}` : `${name}=${running.history.join('|')}`,
  );
  return { world, finished, trace, ready, key: model.normal(`${JSON.stringify(world)}\n${histories.join('\n')}`) };
}

interface Running {
  pending: { name: string; fire: () => void } | undefined;
  readonly history: string[];
  go(): Promise<void>;
}

async function begin<World>(process: Process<World>, world: World, finished: Record<string, unknown>): Promise<Running> {
  let parked: () => void = () => {};
  const untilParked = () => new Promise<void>((resolve) => (parked = resolve));
  const running: Running = {
    pending: undefined,
    history: [],
    async go() {
      const pending = running.pending;
      running.pending = undefined;
      const next = untilParked();
      pending?.fire();
      await next;
    },
  };
  const step: Step = (name, effect) =>
    new Promise((resolve, reject) => {
      if (running.pending !== undefined) throw new Error(`${process.name} wants two steps at once`);
      running.pending = {
        name,
        fire: () => {
          try {
            const result = effect();
            running.history.push(JSON.stringify(result) ?? '-');
            resolve(result);
          } catch (error) {
            running.history.push(`! ${String(error)}`);
            reject(error);
          }
        },
      };
      parked();
    });
  const first = untilParked();
  process
    .run(world, step)
    .catch((error: unknown) => ({ failed: String(error) }))
    .then((result) => {
      finished[process.name] = result ?? null;
      parked();
    })
    .catch(() => {});
  await first;
  return running;
}
